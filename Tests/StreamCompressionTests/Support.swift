import StreamCompression
import TestSupport

/// What decoding a whole stream gave.
struct Inflated: Equatable {
    var bytes: [UInt8] = []
    var members: [MemberStart] = []
    var error: CompressionError?
}

/// Decodes a stream handed over in pieces of `inputStep` bytes into room for `outputStep`.
func inflate(_ packed: [UInt8], _ kind: CompressionKind, inputStep: Int = .max, outputStep: Int = 4096) -> Inflated {
    var result = Inflated()
    var room = [UInt8](repeating: 0, count: outputStep)
    do throws(CompressionError) {
        var decoder = try StreamDecoder(kind: kind)
        var start = 0
        while true {
            let end = start + min(inputStep, packed.count - start)
            var at = start
            while true {
                let step = try unsafe packed[at..<end]
                    .withUnsafeBufferPointer { (input) throws(CompressionError) in
                        try unsafe room.withUnsafeMutableBufferPointer { (output) throws(CompressionError) in
                            try unsafe decoder.decode(
                                UnsafeRawBufferPointer(input),
                                into: UnsafeMutableRawBufferPointer(output)
                            )
                        }
                    }
                at += step.consumed
                result.bytes += room[..<step.produced]
                result.members += decoder.takeMemberStarts()
                if step.consumed == 0, step.produced == 0 { break }
            }
            if at != end { result.error = .encoding(detail: "the decoder left input and room unused") }
            start = end
            if start == packed.count { break }
        }
        try decoder.finish()
    } catch {
        result.error = error
    }
    return result
}

/// Packs each part as a member of its own.
func pack(_ parts: [[UInt8]], _ kind: CompressionKind) throws -> [UInt8] {
    var encoder = try StreamEncoder(kind: kind)
    var packed: [UInt8] = []
    for part in parts { try encoder.appendMember(part, to: &packed) }
    return packed
}

/// Bytes that look like text: they compress, but not to nothing.
func sampleText(_ count: Int, seed: UInt64) -> [UInt8] {
    var generator = SeededGenerator(seed: seed)
    let words = ["the", "crawl", "of", "page", "Zürich", "news", "日本", "a", "near", "duplicate\n"]
        .map { Array($0.utf8) }
    var text: [UInt8] = []
    while text.count < count { text += words.randomElement(using: &generator)! + [0x20] }
    return Array(text.prefix(count))
}

/// Bytes from hexadecimal digits.
func hex(_ digits: String) -> [UInt8] {
    let digits = digits.utf8.compactMap { Character(UnicodeScalar($0)).hexDigitValue }
    return stride(from: 0, to: digits.count - 1, by: 2).map { UInt8(digits[$0] * 16 + digits[$0 + 1]) }
}
