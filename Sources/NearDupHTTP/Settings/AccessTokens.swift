/// Bearer tokens, and what each allows.
package struct AccessTokens: Sendable {
    /// What a token allows.
    package enum Right: String, Sendable, CaseIterable {
        /// To check and to look.
        case read
        /// To add and remove, and all that `read` allows.
        case write
    }

    private var tokens: [(bytes: [UInt8], right: Right)] = []

    /// Shorter ones can be guessed.
    package static let leastLength = 16
    /// Longer ones would make comparing them a cost.
    package static let greatestLength = 512

    /// Reads a file of tokens: a line each, `read TOKEN` or `write TOKEN`.
    ///
    /// Empty lines and those that begin with `#` don't count.
    ///
    /// - Throws: ``TokenFileError`` for the first line that can't be followed, never with a token in it.
    package init(file text: String) throws(TokenFileError) {
        let lines = text.split(omittingEmptySubsequences: false) { $0.isNewline }
        for (number, line) in lines.enumerated() {
            let parts = line.split { $0 == " " || $0 == "\t" }
            guard let first = parts.first, !first.hasPrefix("#") else { continue }
            guard parts.count == 2, let right = Right(rawValue: String(first)) else {
                throw TokenFileError(line: number + 1, message: "expected `read TOKEN` or `write TOKEN`")
            }
            let token = Array(parts[1].utf8)
            guard (Self.leastLength...Self.greatestLength).contains(token.count),
                token.allSatisfy({ (0x21...0x7E).contains($0) })
            else {
                throw TokenFileError(
                    line: number + 1,
                    message: "expected \(Self.leastLength) to \(Self.greatestLength) visible ASCII characters, "
                        + "such as `openssl rand -hex 32` prints, got \(token.count) bytes"
                )
            }
            tokens.append((token, right))
        }
        guard !tokens.isEmpty else { throw TokenFileError(line: lines.count, message: "expected a token, found none") }
    }

    /// What a request with this header may do; nil where its token is none of ours.
    ///
    /// Takes as long for any token of a length: every one of ours is compared, and to its end.
    func right(ofHeader header: String?) -> Right? {
        guard let header else { return nil }
        let parts = header.split(separator: " ", maxSplits: 1)
        guard parts.count == 2, parts[0].lowercased() == "bearer" else { return nil }
        let given = Array(parts[1].utf8.prefix(Self.greatestLength + 1))
        var mayRead: UInt8 = 0
        var mayWrite: UInt8 = 0
        for token in tokens {
            let equal = Self.isEqual(given, token.bytes)
            mayRead |= equal
            if token.right == .write { mayWrite |= equal }
        }
        return mayWrite == 1 ? .write : mayRead == 1 ? .read : nil
    }

    /// One where they are equal, else zero, with the same steps for all of `given` of a length.
    private static func isEqual(_ given: [UInt8], _ token: [UInt8]) -> UInt8 {
        var difference = UInt32(truncatingIfNeeded: given.count ^ token.count)
        for index in given.indices { difference |= UInt32(given[index] ^ token[index % token.count]) }
        return difference == 0 ? 1 : 0
    }
}

/// Says which line of a file of tokens can't be followed.
package struct TokenFileError: Error, Sendable, Hashable, CustomStringConvertible {
    /// The line, from 1.
    package var line: Int
    /// What was expected.
    package var message: String

    /// The line and the message.
    package var description: String { "line \(line): \(message)" }
}
