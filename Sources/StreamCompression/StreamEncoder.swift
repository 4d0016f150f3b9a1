import CISAL
import CZstd

/// Packs bytes into gzip members or zstd frames, one a call.
///
/// Members put one after another are a stream again, and each can be inflated on its own: so records are written out.
package struct StreamEncoder: ~Copyable {
    private let kind: CompressionKind
    private var zstd: ZstdBlockCompressor?

    /// Creates an encoder.
    ///
    /// - Parameters:
    ///   - kind: how to pack.
    ///   - level: zstd's level; gzip is always packed at ISA-L's level 1.
    /// - Throws: ``CompressionError/outOfMemory(_:)``.
    package init(kind: CompressionKind, level: Int = 3) throws(CompressionError) {
        self.kind = kind
        if kind == .zstd { zstd = try ZstdBlockCompressor(level: level, checksum: true) }
    }

    /// Packs `bytes` as one member or frame and appends it.
    package mutating func appendMember(_ bytes: [UInt8], to packed: inout [UInt8]) throws(CompressionError) {
        switch kind {
        case .plain: packed += bytes
        case .gzip: try Self.appendGzipMember(bytes, to: &packed)
        case .zstd: try zstd!.compress(bytes, appendingTo: &packed)
        }
    }

    private static func appendGzipMember(_ bytes: [UInt8], to packed: inout [UInt8]) throws(CompressionError) {
        guard let inputCount = UInt32(exactly: bytes.count), bytes.count < 1 << 31 else {
            throw .encoding(detail: "a gzip member of \(bytes.count) bytes is too large to be packed at once")
        }
        // Deflate's stored blocks bound the growth: 5 bytes in 64 KB, the wrapper, and some of ISA-L's own.
        let bound = bytes.count + bytes.count / 1024 + 1024
        let levelBuffer = UnsafeMutablePointer<UInt8>.allocate(capacity: 1 << 20)
        let stream = UnsafeMutablePointer<isal_zstream>.allocate(capacity: 1)
        defer {
            unsafe stream.deallocate()
            unsafe levelBuffer.deallocate()
        }
        unsafe isal_deflate_stateless_init(stream)
        unsafe stream.pointee.gzip_flag = UInt16(IGZIP_GZIP)
        unsafe stream.pointee.level = 1
        unsafe stream.pointee.level_buf = levelBuffer
        unsafe stream.pointee.level_buf_size = 1 << 20
        unsafe stream.pointee.end_of_stream = 1
        var code: Int32 = 0
        packed.append(addingCapacity: bound) { span in
            // Both buffers live as long as the call, with the counts given; ISA-L only reads the input.
            unsafe span.withUnsafeMutableBufferPointer { room, count in
                code = unsafe bytes.withUnsafeBufferPointer { input in
                    unsafe stream.pointee.next_in = UnsafeMutablePointer(mutating: input.baseAddress)
                    unsafe stream.pointee.avail_in = inputCount
                    unsafe stream.pointee.next_out = room.baseAddress
                    unsafe stream.pointee.avail_out = UInt32(clamping: room.count)
                    return unsafe isal_deflate_stateless(stream)
                }
                if code == COMP_OK { count = room.count - Int(unsafe stream.pointee.avail_out) }
            }
        }
        guard code == COMP_OK, unsafe stream.pointee.avail_in == 0 else {
            throw .encoding(detail: "ISA-L error \(code)")
        }
    }
}
