import NearDuplicates

#if canImport(Glibc)
import Glibc
#elseif canImport(Darwin)
import Darwin
#elseif canImport(Musl)
import Musl
#endif

/// Reads a file line by line in bounded memory.
struct LineReader: ~Copyable {
    private let path: String
    private let descriptor: Int32
    private var buffer: [UInt8] = []
    private var start = 0
    private var isAtEnd = false

    private static let pieceBytes = 64 << 10
    /// A longer line is no id.
    private static let lineLimit = 1 << 20

    /// Opens a file, or standard input for `-`.
    init(opening path: String) throws(IndexError) {
        self.path = path == "-" ? "standard input" : path
        descriptor = path == "-" ? 0 : unsafe open(path, O_RDONLY | O_CLOEXEC)
        if descriptor < 0 { throw Self.failure(self.path, "cannot open") }
    }

    deinit {
        if descriptor > 0 { _ = close(descriptor) }
    }

    /// Lends the next line that is not empty, without its end; false where there is none.
    mutating func next(_ body: (Span<UInt8>) throws(IndexError) -> Void) throws(IndexError) -> Bool {
        while true {
            if let end = buffer[start...].firstIndex(of: UInt8(ascii: "\n")) {
                let line = start..<end
                start = end + 1
                if try lend(line, body) { return true }
            } else if isAtEnd {
                let line = start..<buffer.count
                start = buffer.count
                return try lend(line, body)
            } else {
                try fill()
            }
        }
    }

    private func lend(_ line: Range<Int>, _ body: (Span<UInt8>) throws(IndexError) -> Void) throws(IndexError) -> Bool {
        var line = line
        if let last = line.last, buffer[last] == UInt8(ascii: "\r") { line = line.dropLast() }
        if line.isEmpty { return false }
        try body(buffer.span.extracting(line))
        return true
    }

    private mutating func fill() throws(IndexError) {
        buffer.removeSubrange(..<start)
        start = 0
        guard buffer.count <= Self.lineLimit else {
            let limit = "lines of at most \(Self.lineLimit) bytes"
            throw .invalidSetting(name: path, expected: limit, found: "a longer one")
        }
        let filled = buffer.count
        buffer.append(contentsOf: repeatElement(0, count: Self.pieceBytes))
        let descriptor = descriptor
        while true {
            // The buffer has room for a piece from `filled` on.
            let count = unsafe buffer.withUnsafeMutableBytes { all in
                unsafe read(descriptor, all.baseAddress! + filled, Self.pieceBytes)
            }
            if count < 0, errno == EINTR { continue }
            if count < 0 { throw Self.failure(path, "cannot read") }
            buffer.removeSubrange((filled + count)...)
            isAtEnd = count == 0
            return
        }
    }

    private static func failure(_ path: String, _ what: String) -> IndexError {
        .storage(path: path, message: "\(path): \(what): \(unsafe String(cString: strerror(errno)))")
    }
}
