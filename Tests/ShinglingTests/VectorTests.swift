import Foundation
import Shingling
import Testing

/// The published test vectors, for whoever writes the same hashes in another language.
///
/// Version 1 is frozen, and `vectors-v1.tsv` stays as it is. The definition (never the kernel) writes the file of a next one, and
/// never over one that is there: `NEARDUP_WRITE_VECTORS=1 swift test --filter ShinglingTests.VectorTests`.
@Suite struct VectorTests {
    private static let name = "vectors-v1.tsv"

    private static let texts: [[UInt8]] =
        [
            "", "a", "Hello, World!", "the quick brown fox jumps over the lazy dog", "one two three four five",
            "exactly8 lettersnine sixteen_letters_x internationalization",
            "caf\u{E9} cafe\u{301} CAFE",
            "\u{FF26}\u{FF35}\u{FF2C}\u{FF2C} width, \u{FB01}ne ligature, Stra\u{DF}e, \u{130}stanbul \u{131}",
            "soft\u{AD}hyphen zero\u{200D}joiner",
            "\u{201C}curly\u{201D} don\u{2019}t \u{2014} 3.14 x\u{B2} \u{BD}",
            "\u{D55C}\u{AD6D}\u{C5B4} \u{1112}\u{1161}\u{11AB}\u{1100}\u{116E}\u{11A8}\u{110B}\u{1165} \u{C704}\u{D0A4}\u{BC31}\u{ACFC}",
            "\u{4E2D}\u{6587}\u{7EF4}\u{57FA}\u{767E}\u{79D1}\u{4E0E}\u{5176}\u{4ED6}\u{8BED}\u{8A00}\u{7248}\u{672C}",
            "\u{65E5}\u{672C}\u{8A9E} \u{30AB}\u{30BF}\u{30AB}\u{30CA} \u{FF76}\u{FF9E} \u{3316} mixed with words",
            "\u{0E20}\u{0E32}\u{0E29}\u{0E32}\u{0E44}\u{0E17}\u{0E22} \u{0E51}\u{0E52}",
            "\u{627}\u{644}\u{644}\u{63A}\u{629} \u{627}\u{644}\u{639}\u{631}\u{628}\u{64A}\u{629} \u{FEDF}\u{FE8E}",
            "\u{939}\u{93F}\u{928}\u{94D}\u{926}\u{940} \u{92D}\u{93E}\u{937}\u{93E}",
            "\u{1D400}\u{1F600}\u{10400} \u{20000}", "\u{301}mark first",
        ]
        .map { Array($0.utf8) } + [
            Array("bad ".utf8) + [0xFF] + Array("byte".utf8) + [0xE4, 0xB8],
            [0xED, 0xA0, 0x80] + Array("surrogate".utf8) + [0xC0, 0xAF],
        ]

    private static let parameters = [(tokens: 5, seed: 0), (tokens: 2, seed: 0x5EED)] as [(tokens: Int, seed: UInt64)]

    /// Printable ASCII as it is but for the backslash; every other byte as \xHH.
    private static func escaped(_ text: [UInt8]) -> String {
        text.map { byte in
            (0x20..<0x7F).contains(byte) && byte != UInt8(ascii: "\\")
                ? String(Unicode.Scalar(byte)) : "\\x" + hex(byte, digits: 2)
        }
        .joined()
    }

    private static func unescaped(_ text: Substring) -> [UInt8] {
        var result: [UInt8] = []
        var rest = Array(text.utf8)[...]
        while let byte = rest.first {
            if byte == UInt8(ascii: "\\") {
                result.append(UInt8(String(decoding: rest.dropFirst(2).prefix(2), as: UTF8.self), radix: 16)!)
                rest = rest.dropFirst(4)
            } else {
                result.append(byte)
                rest = rest.dropFirst()
            }
        }
        return result
    }

    private static func hex(_ value: some FixedWidthInteger, digits: Int) -> String {
        let text = String(value, radix: 16)
        return String(repeating: "0", count: digits - text.count) + text
    }

    private static func hex(_ values: [UInt64]) -> String {
        values.map { hex($0, digits: 16) }.joined(separator: " ")
    }

    /// A row of the file, as whoever says what the hashes are sees them.
    private static func row(
        text: [UInt8],
        width: Int,
        seed: UInt64,
        hashes: (tokens: [UInt64], shingles: [UInt64], content: [UInt64]),
        illFormedBytes: Int
    ) -> String {
        [
            escaped(text), "\(width)", hex(seed, digits: 16), "\(illFormedBytes)", hex(hashes.tokens),
            hex(hashes.shingles),
            hex(hashes.content),
        ]
        .joined(separator: "\t")
    }

    @Test func thereIsAFileOfThisVersion() {
        #expect(Self.name == "vectors-v\(ShinglingParameters.hashVersion).tsv")
    }

    @Test func shinglerAgreesWithThePublishedVectors() throws {
        let rows = try fixtureLines(Self.name).filter { !$0.hasPrefix("#") }
        #expect(rows.count == Self.texts.count * Self.parameters.count)
        for row in rows {
            let fields = row.split(separator: "\t", omittingEmptySubsequences: false)
            let text = Self.unescaped(fields[0])
            let (width, seed) = (Int(fields[1])!, UInt64(fields[2], radix: 16)!)
            var shingler = TextShingler(parameters: ShinglingParameters(tokens: width, seed: seed))
            let arena = text + [UInt8](repeating: 0, count: TextShingler.padding)
            shingler.read(arena.span, start: 0, count: text.count)
            let (tokens, shingles) = (shingler.tokens, shingler.shingles)
            let found = Self.row(
                text: text,
                width: width,
                seed: seed,
                hashes: (
                    tokens.indices.map { tokens[$0] }, shingles.indices.map { shingles[$0] },
                    [shingler.contentHash.low, shingler.contentHash.high]
                ),
                illFormedBytes: shingler.illFormedBytes
            )
            #expect(found == row)
        }
    }

    @Test(.enabled(if: ProcessInfo.processInfo.environment["NEARDUP_WRITE_VECTORS"] != nil))
    func writeTheVectors() throws {
        var lines = [
            "# Version 1, frozen. UTF-8 text with \\xHH for bytes, tokens a shingle, seed, ill-formed bytes,"
                + " token hashes, shingle hashes, content hash (low, high)"
        ]
        for text in Self.texts {
            for (width, seed) in Self.parameters {
                let plain = PlainText(text)
                let tokens = plain.tokenHashes(seed: seed)
                let shingles = PlainHash.shingles(tokens, width: width, seed: seed)
                lines.append(
                    Self.row(
                        text: text,
                        width: width,
                        seed: seed,
                        hashes: (tokens, shingles, PlainHash.content(tokens)),
                        illFormedBytes: plain.illFormedBytes
                    )
                )
            }
        }
        let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent().appendingPathComponent("Fixtures")
        try Data((lines.joined(separator: "\n") + "\n").utf8)
            .write(to: folder.appendingPathComponent(Self.name), options: .withoutOverwriting)
    }
}
