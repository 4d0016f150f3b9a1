import CISAL

/// Packs bytes into gzip members with ISA-L at level 1; its work areas, a megabyte, are reused from member to member.
@safe
struct GzipMemberCompressor: ~Copyable {
    private static let levelBytes = 1 << 20

    private let levelBuffer: UnsafeMutablePointer<UInt8>
    private let stream: UnsafeMutablePointer<isal_zstream>

    init() {
        unsafe levelBuffer = .allocate(capacity: Self.levelBytes)
        unsafe stream = .allocate(capacity: 1)
        // Plain numbers throughout, for which zeros are valid. ISA-L's own initialiser leaves the size of the history as it
        // finds it, which decides the matches: the same bytes would give other members.
        unsafe UnsafeMutableRawBufferPointer(start: stream, count: MemoryLayout<isal_zstream>.size)
            .initializeMemory(as: UInt8.self, repeating: 0)
    }

    deinit {
        unsafe stream.deallocate()
        unsafe levelBuffer.deallocate()
    }

    /// Packs `bytes` into one member and appends it.
    ///
    /// The same bytes give the same member.
    mutating func compress(_ bytes: UnsafeRawBufferPointer, to packed: inout [UInt8]) throws(CompressionError) {
        guard let inputCount = UInt32(exactly: bytes.count), bytes.count < 1 << 31 else {
            throw .encoding(detail: "a gzip member of \(bytes.count) bytes is too large to be packed at once")
        }
        // Deflate's stored blocks bound the growth: 5 bytes in 64 KB, the wrapper, and some of ISA-L's own.
        let bound = bytes.count + bytes.count / 1024 + 1024
        unsafe isal_deflate_stateless_init(stream)
        unsafe stream.pointee.gzip_flag = UInt16(IGZIP_GZIP)
        unsafe stream.pointee.level = 1
        unsafe stream.pointee.level_buf = levelBuffer
        unsafe stream.pointee.level_buf_size = UInt32(Self.levelBytes)
        unsafe stream.pointee.end_of_stream = 1
        var code: Int32 = 0
        packed.append(addingCapacity: bound) { span in
            // Both buffers live as long as the call, with the counts given; ISA-L only reads the input.
            unsafe span.withUnsafeMutableBufferPointer { room, count in
                unsafe stream.pointee.next_in = UnsafeMutablePointer(
                    mutating: bytes.baseAddress?.assumingMemoryBound(to: UInt8.self)
                )
                unsafe stream.pointee.avail_in = inputCount
                unsafe stream.pointee.next_out = room.baseAddress
                unsafe stream.pointee.avail_out = UInt32(clamping: room.count)
                code = unsafe isal_deflate_stateless(stream)
                if code == COMP_OK { count = room.count - Int(unsafe stream.pointee.avail_out) }
            }
        }
        guard code == COMP_OK, unsafe stream.pointee.avail_in == 0 else {
            throw .encoding(detail: "ISA-L error \(code)")
        }
    }
}
