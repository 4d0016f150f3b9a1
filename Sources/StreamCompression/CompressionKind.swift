/// How a stream is packed, among the ways this package reads.
package enum CompressionKind: String, Sendable, Hashable, CaseIterable {
    /// Not packed.
    case plain
    /// Gzip (RFC 1952), of one or many members.
    case gzip
    /// Zstandard (RFC 8878), of one or many frames.
    case zstd

    /// How many bytes from the start ``recognise(_:)`` looks at.
    package static let prefixLength = 6

    /// Recognises the kind by its magic number.
    ///
    /// - Parameter prefix: the first bytes of the stream; ``prefixLength`` of them, or all there are.
    /// - Returns: the kind; plain where no magic number is known.
    /// - Throws: ``CompressionError/unsupported(name:offset:)`` for compressions that have a magic number and aren't read.
    package static func recognise(_ prefix: some Collection<UInt8>) throws(CompressionError) -> CompressionKind {
        let head = Array(prefix.prefix(prefixLength))
        if head.starts(with: [0x1F, 0x8B]) { return .gzip }
        if head.starts(with: [0x28, 0xB5, 0x2F, 0xFD]) { return .zstd }
        // A skippable frame may come first: 0x184D2A50 to 0x184D2A5F, little-endian.
        if head.count >= 4, head[0] & 0xF0 == 0x50, head[1...3].elementsEqual([0x2A, 0x4D, 0x18]) { return .zstd }
        for refused in refusedMagics where head.starts(with: refused.magic) {
            throw .unsupported(name: refused.name, offset: 0)
        }
        return .plain
    }

    private static let refusedMagics: [(magic: [UInt8], name: String)] = [
        ([0x42, 0x5A, 0x68], "bzip2"),
        ([0xFD, 0x37, 0x7A, 0x58, 0x5A, 0x00], "xz"),
        ([0x04, 0x22, 0x4D, 0x18], "lz4"),
        ([0x02, 0x21, 0x4C, 0x18], "lz4"),
        ([0x50, 0x4B, 0x03, 0x04], "zip (a WACZ file is a zip file: its WARC files are in archive/)"),
        ([0x50, 0x4B, 0x05, 0x06], "zip (a WACZ file is a zip file: its WARC files are in archive/)"),
        ([0x37, 0x7A, 0xBC, 0xAF, 0x27, 0x1C], "7z"),
        ([0x4C, 0x5A, 0x49, 0x50], "lzip"),
        ([0xFF, 0x06, 0x00, 0x00, 0x73, 0x4E], "snappy"),
        ([0x1F, 0x9D], "compress (.Z)"),
    ]
}
