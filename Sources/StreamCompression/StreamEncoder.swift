/// Packs bytes into gzip members or zstd frames, one a call.
///
/// Members put one after another are a stream again, and each can be inflated on its own: so records are written out. What it
/// works with is reused from member to member.
package struct StreamEncoder: ~Copyable {
    private var gzip: GzipMemberCompressor?
    private var zstd: ZstdBlockCompressor?

    /// Creates an encoder.
    ///
    /// - Parameters:
    ///   - kind: how to pack.
    ///   - level: zstd's level; gzip is always packed at ISA-L's level 1.
    /// - Throws: ``CompressionError/outOfMemory(_:)``.
    package init(kind: CompressionKind, level: Int = 3) throws(CompressionError) {
        switch kind {
        case .plain: break
        case .gzip: gzip = GzipMemberCompressor()
        case .zstd: zstd = try ZstdBlockCompressor(level: level, checksum: true)
        }
    }

    /// Packs `bytes` as one member or frame and appends it.
    package mutating func appendMember(_ bytes: [UInt8], to packed: inout [UInt8]) throws(CompressionError) {
        // The buffer lives as long as the call.
        try unsafe bytes.withUnsafeBufferPointer { (all) throws(CompressionError) in
            try unsafe appendMember(UnsafeRawBufferPointer(all), to: &packed)
        }
    }

    /// Packs `bytes` as one member or frame and appends it.
    package mutating func appendMember(
        _ bytes: UnsafeRawBufferPointer,
        to packed: inout [UInt8]
    ) throws(CompressionError) {
        if gzip != nil {
            try unsafe gzip!.compress(bytes, to: &packed)
        } else if zstd != nil {
            try unsafe zstd!.compress(bytes, appendingTo: &packed)
        } else {
            unsafe packed.append(contentsOf: bytes)
        }
    }
}
