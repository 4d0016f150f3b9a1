/// How a body may be packed on its way through HTTP.
package enum ContentCoding: String, Sendable, Hashable, CaseIterable {
    /// Gzip (RFC 1952).
    case gzip
    /// Deflate data with zlib's header (RFC 1950), or bare (RFC 1951): servers send either under this name.
    case deflate
    /// Zstandard (RFC 8878).
    case zstd
    /// Brotli (RFC 7932).
    case brotli = "br"

    /// The coding of this name, in any case; nil where it isn't read.
    package init?(name: some StringProtocol) {
        switch name.lowercased() {
        case "gzip", "x-gzip": self = .gzip
        case "deflate", "zlib": self = .deflate
        case "zstd", "x-zstd": self = .zstd
        case "br", "brotli", "x-br": self = .brotli
        default: return nil
        }
    }
}

/// Unpacks one body, in constant memory but for the window of its coding.
///
/// Checksums of zlib and brotli streams aren't looked at: a body that was cut off is worth as much as it has.
package struct ContentDecoder: ~Copyable {
    private var stream: StreamDecoder?
    private var deflate: DeflateDecoder?
    private var brotli: BrotliDecoder?

    /// Creates a decoder for a body that begins with `prefix`.
    ///
    /// - Parameters:
    ///   - coding: what the body is said to be packed with.
    ///   - prefix: its first bytes, two at least where it has them.
    ///   - windowLogMax: the largest window that zstd may ask for, as a power of 2.
    /// - Throws: ``CompressionError/outOfMemory(_:)``.
    package init(
        _ coding: ContentCoding,
        prefix: UnsafeRawBufferPointer,
        windowLogMax: Int = ZstdDecoder.windowLogMax
    ) throws(CompressionError) {
        switch coding {
        case .gzip: stream = try StreamDecoder(kind: .gzip)
        case .zstd: stream = try StreamDecoder(kind: .zstd, windowLogMax: windowLogMax)
        case .deflate: deflate = DeflateDecoder(skipping: unsafe DeflateDecoder.headerLength(prefix))
        case .brotli: brotli = try BrotliDecoder()
        }
    }

    /// Whether a body can be what it is said to be; bare deflate and brotli have nothing to tell them by.
    package static func mayBegin(_ coding: ContentCoding, _ prefix: UnsafeRawBufferPointer) -> Bool {
        guard prefix.count >= 2 else { return false }
        return switch coding {
        case .gzip: unsafe prefix[0] == 0x1F && prefix[1] == 0x8B
        // Frames begin 28 B5 2F FD, skippable ones 5x 2A 4D 18.
        case .zstd: unsafe (prefix[0] == 0x28 && prefix[1] == 0xB5) || (prefix[0] & 0xF0 == 0x50 && prefix[1] == 0x2A)
        case .deflate, .brotli: true
        }
    }

    /// Unpacks what it can of `input` into `output`.
    ///
    /// A step that takes and gives nothing has come to the end, or needs more input.
    ///
    /// - Throws: where the body is damaged, after a step that gave the bytes before it.
    package mutating func decode(
        _ input: UnsafeRawBufferPointer,
        into output: UnsafeMutableRawBufferPointer
    ) throws(CompressionError) -> DecodeStep {
        if stream != nil { return try unsafe stream!.decode(input, into: output) }
        if deflate != nil { return try unsafe deflate!.decode(input, into: output) }
        return try unsafe brotli!.decode(input, into: output)
    }

    /// Whether the input may end here.
    package mutating func isComplete() -> Bool {
        if stream != nil {
            do throws(CompressionError) { try stream!.finish() } catch { return false }
            return true
        }
        return deflate?.isDone ?? brotli?.isDone ?? true
    }
}
