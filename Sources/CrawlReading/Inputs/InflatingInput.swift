import CrawlModel
import StreamCompression

/// An input's inflated bytes, in order, whatever it is packed with; in constant memory.
struct InflatingInput: ~Copyable {
    private static let packedCapacity = 256 << 10
    private static let stagedCapacity = 256 << 10

    private let name: String
    private var file: InputFile
    private var decoder: StreamDecoder
    private var packed: [UInt8]
    private var packedStart = 0
    private var packedEnd = 0
    /// Inflated bytes not asked for yet.
    ///
    /// Where ISA-L has little room it decodes ahead, and what it decoded is lost when it meets damage; so it always
    /// gets the same, ample room, and what is delivered doesn't depend on how it is read. Only where a reader has not as
    /// much are the bytes kept here.
    private var staged: [UInt8]
    private var stagedStart = 0
    private var stagedEnd = 0
    private var members = MemberPlaces()

    /// How the input is packed.
    let compression: CompressionKind
    /// Bytes read from the file so far.
    private(set) var packedBytes: UInt64 = 0

    /// Opens an input and recognises how it is packed.
    ///
    /// - Parameters:
    ///   - input: what to open.
    ///   - buffers: lends its memory, until ``giveBack(to:)``.
    /// - Throws: why it can't be read.
    init(_ input: CrawlInput, lending buffers: inout InputBuffers) throws(CrawlInputError) {
        var file = try InputFile(input)
        var packed: [UInt8] = []
        swap(&packed, &buffers.packed)
        if packed.isEmpty { packed = [UInt8](repeating: 0, count: Self.packedCapacity) }
        let count = try Self.fill(&packed, 0..<CompressionKind.prefixLength, from: &file)
        do throws(CompressionError) {
            let compression = try CompressionKind.recognise(packed[..<count])
            let decoder = try StreamDecoder(kind: compression)
            name = input.name
            self.file = file
            self.decoder = decoder
            self.compression = compression
        } catch {
            throw CrawlInputError(error, source: input.name)
        }
        self.packed = packed
        staged = []
        if compression == .gzip {
            swap(&staged, &buffers.staged)
            if staged.isEmpty { staged = [UInt8](repeating: 0, count: Self.stagedCapacity) }
        }
        packedEnd = count
        packedBytes = UInt64(count)
    }

    /// Gives back the memory it was lent; nothing is read afterwards.
    mutating func giveBack(to buffers: inout InputBuffers) {
        packedStart = 0
        packedEnd = 0
        stagedStart = 0
        stagedEnd = 0
        swap(&packed, &buffers.packed)
        if compression == .gzip { swap(&staged, &buffers.staged) }
    }

    /// The file as it was when it was opened; nil where it is no regular file.
    var stamp: FileStamp? { file.stamp }

    /// Goes on where an earlier reader stopped; before anything was read.
    mutating func seek(to point: ResumePoint) throws(CrawlInputError) {
        var inflated: UInt64 = 0
        if compression == .plain {
            inflated = point.offset
            try beginAgain(MemberStart(packedOffset: point.offset, inflatedOffset: point.offset))
        } else if let packed = point.packed, packed.skip <= point.offset {
            inflated = point.offset - packed.skip
            try beginAgain(MemberStart(packedOffset: packed.offset, inflatedOffset: inflated))
        }
        try discard(point.offset - inflated)
    }

    /// Reads from the start of a member on.
    private mutating func beginAgain(_ start: MemberStart) throws(CrawlInputError) {
        try file.seek(to: start.packedOffset)
        packedStart = 0
        packedEnd = 0
        packedBytes = 0
        do throws(CompressionError) {
            decoder = try StreamDecoder(kind: compression, from: start)
        } catch {
            throw CrawlInputError(error, source: name)
        }
    }

    /// Reads over inflated bytes.
    private mutating func discard(_ count: UInt64) throws(CrawlInputError) {
        var left = count
        var room = [UInt8](repeating: 0, count: Self.stagedCapacity)
        while left > 0 {
            let wanted = Int(min(left, UInt64(room.count)))
            let read = try unsafe room.withUnsafeMutableBufferPointer { (all) throws(CrawlInputError) -> Int in
                // `wanted` is no more than the buffer has.
                try unsafe self.read(
                    into: UnsafeMutableRawBufferPointer(rebasing: UnsafeMutableRawBufferPointer(all)[..<wanted])
                )
            }
            guard read > 0 else {
                throw .init(
                    code: .changed,
                    source: name,
                    message: "the file is not the one that was read in part before: it ends \(left) bytes before "
                        + "the place to go on at; read it again from its start"
                )
            }
            left -= UInt64(read)
        }
    }

    /// Puts the next inflated bytes into `room`; 0 means the end, unless the room is empty.
    ///
    /// - Throws: after the bytes before the damage have been given.
    mutating func read(into room: UnsafeMutableRawBufferPointer) throws(CrawlInputError) -> Int {
        guard compression == .gzip else { return try unsafe inflate(into: room) }
        if stagedStart == stagedEnd, room.count >= Self.stagedCapacity {
            return try unsafe inflate(into: UnsafeMutableRawBufferPointer(rebasing: room[..<Self.stagedCapacity]))
        }
        if stagedStart == stagedEnd {
            stagedStart = 0
            stagedEnd = 0
            stagedEnd = try inflateStaged()
        }
        let count = min(room.count, stagedEnd - stagedStart)
        guard count > 0 else { return 0 }
        // Both hold at least `count` bytes.
        unsafe staged.withUnsafeBytes { all in
            unsafe room.copyMemory(from: UnsafeRawBufferPointer(rebasing: all[stagedStart..<stagedStart + count]))
        }
        stagedStart += count
        return count
    }

    private mutating func inflateStaged() throws(CrawlInputError) -> Int {
        // Taken out for the call, so that the decoder may fill it while this value changes; no copy is made.
        var room: [UInt8] = []
        swap(&room, &staged)
        defer { swap(&room, &staged) }
        return try unsafe room.withUnsafeMutableBufferPointer { (all) throws(CrawlInputError) -> Int in
            try unsafe inflate(into: UnsafeMutableRawBufferPointer(all))
        }
    }

    private mutating func inflate(into room: UnsafeMutableRawBufferPointer) throws(CrawlInputError) -> Int {
        if compression == .plain, packedStart == packedEnd {
            let count = try unsafe file.read(into: room)
            packedBytes += UInt64(count)
            return count
        }
        while true {
            let step = try unsafe decode(into: room)
            if step.produced > 0 { return step.produced }
            if step.consumed > 0, packedStart < packedEnd { continue }
            if packedStart < packedEnd, step.consumed == 0 { return 0 }
            if packedStart == packedEnd, file.hasEnded { return try finish() }
            try refill()
        }
    }

    /// The member the inflated byte at `offset` lies in; offsets must not fall from call to call.
    mutating func packedLocation(of offset: UInt64) -> PackedLocation? {
        compression == .plain ? nil : members.location(of: offset)
    }

    private mutating func decode(into room: UnsafeMutableRawBufferPointer) throws(CrawlInputError) -> DecodeStep {
        do throws(CompressionError) {
            // The decoder keeps neither buffer.
            let step = try unsafe packed.withUnsafeBufferPointer { (all) throws(CompressionError) -> DecodeStep in
                let input = unsafe UnsafeRawBufferPointer(
                    rebasing: UnsafeRawBufferPointer(all)[packedStart..<packedEnd]
                )
                return try unsafe decoder.decode(input, into: room)
            }
            packedStart += step.consumed
            members.append(decoder.takeMemberStarts())
            return step
        } catch {
            throw CrawlInputError(error, source: name)
        }
    }

    private mutating func finish() throws(CrawlInputError) -> Int {
        do throws(CompressionError) {
            try decoder.finish()
        } catch {
            throw CrawlInputError(error, source: name)
        }
        return 0
    }

    private mutating func refill() throws(CrawlInputError) {
        let count = try Self.fill(&packed, 0..<Self.packedCapacity, from: &file)
        packedStart = 0
        packedEnd = count
        packedBytes += UInt64(count)
    }

    private static func fill(
        _ bytes: inout [UInt8],
        _ range: Range<Int>,
        from file: inout InputFile
    ) throws(CrawlInputError) -> Int {
        // The file fills the range, which lies within the array, and keeps no pointer.
        try unsafe bytes.withUnsafeMutableBufferPointer { (all) throws(CrawlInputError) -> Int in
            let room = unsafe UnsafeMutableRawBufferPointer(rebasing: UnsafeMutableRawBufferPointer(all)[range])
            return try unsafe file.read(into: room)
        }
    }
}

extension CrawlInputError {
    /// What a compression error means for an input.
    init(_ error: CompressionError, source: String) {
        let (code, offset): (Code, UInt64?) =
            switch error {
            case .truncated(_, _, let offset): (.truncated, offset)
            case .corrupt(_, _, let offset): (.corrupt, offset)
            case .checksum(_, _, let offset): (.checksum, offset)
            case .unsupported(_, let offset): (.unsupportedCompression, offset)
            case .trailingGarbage(_, let offset): (.trailingGarbage, offset)
            case .windowTooLarge(_, let offset): (.windowTooLarge, offset)
            case .wrongLength, .tooLong, .outOfMemory, .encoding: (.readFailed, nil)
            }
        self.init(code: code, source: source, offset: offset, message: error.description)
    }
}

extension SourceCompression {
    init(_ kind: CompressionKind) {
        switch kind {
        case .plain: self = .plain
        case .gzip: self = .gzip
        case .zstd: self = .zstd
        }
    }
}
