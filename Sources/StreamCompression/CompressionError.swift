/// What can go wrong with a compressed stream or block.
///
/// Offsets count in the packed input, from the first byte the decoder was given.
package enum CompressionError: Error, Sendable, Hashable, CustomStringConvertible {
    /// The input ends inside a member or frame that begins at `memberOffset`.
    case truncated(kind: CompressionKind, memberOffset: UInt64, offset: UInt64)
    /// The input isn't what its format allows.
    case corrupt(kind: CompressionKind, detail: String, offset: UInt64)
    /// A member or frame inflates to bytes that don't have the checksum or length it states.
    case checksum(kind: CompressionKind, memberOffset: UInt64, offset: UInt64)
    /// A compression, or a feature of one, that isn't read.
    case unsupported(name: String, offset: UInt64)
    /// After the last member or frame come bytes which are neither another one nor zero padding.
    case trailingGarbage(kind: CompressionKind, offset: UInt64)
    /// A zstd frame wants a window over the limit of 2^`limitLog` bytes.
    case windowTooLarge(limitLog: Int, offset: UInt64)
    /// A block inflates to another length than the caller stated.
    case wrongLength(expected: Int, got: Int)
    /// A block would inflate to more bytes than the caller allows.
    case tooLong(limit: Int)
    /// The library could not get the memory it needs.
    case outOfMemory(String)
    /// The library refused a parameter or the data to pack; a mistake in this program.
    case encoding(detail: String)

    /// What was expected, what was found, where, and what to do.
    package var description: String {
        switch self {
        case .truncated(let kind, let member, let offset):
            "the \(kind.rawValue) stream ends at packed byte \(offset), inside the \(kind.unit) that begins at packed "
                + "byte \(member); the file was probably cut off: fetch it again"
        case .corrupt(let kind, let detail, let offset):
            "the \(kind.rawValue) stream is damaged near packed byte \(offset): \(detail); fetch it again"
        case .checksum(let kind, let member, let offset):
            "the \(kind.rawValue) \(kind.unit) at packed byte \(member) does not inflate to the checksum and length it "
                + "states at packed byte \(offset); fetch it again"
        case .unsupported(let name, _):
            "\(name) is not read: expected plain, gzip or zstd; unpack it, or pack it again with gzip or zstd"
        case .trailingGarbage(let kind, let offset):
            "after the last \(kind.unit), at packed byte \(offset), expected another \(kind.unit) or the end, got other "
                + "bytes; everything before them was read"
        case .windowTooLarge(let limit, let offset):
            "the zstd frame at packed byte \(offset) wants a window over 2^\(limit) bytes, the limit; pack it again "
                + "without --ultra or --long"
        case .wrongLength(let expected, let got):
            "the block should inflate to \(expected) bytes, but gives \(got)"
        case .tooLong(let limit):
            "the block inflates to more than the \(limit) bytes allowed"
        case .outOfMemory(let what):
            "no memory for \(what)"
        case .encoding(let detail):
            "packing failed: \(detail)"
        }
    }
}

extension CompressionKind {
    /// What a stream of this kind is a sequence of.
    var unit: String {
        switch self {
        case .plain: "stream"
        case .gzip: "member"
        case .zstd: "frame"
        }
    }
}
