import CrawlModel
import StreamCompression

/// An input's inflated bytes, in order, whatever it is packed with; in constant memory.
struct InflatingInput: ~Copyable {
    private static let packedCapacity = 256 << 10

    private let name: String
    private var file: InputFile
    private var decoder: StreamDecoder
    private var packed: [UInt8]
    private var packedStart = 0
    private var packedEnd = 0
    private var members: [MemberStart] = []
    private var member = 0

    /// How the input is packed.
    let compression: CompressionKind
    /// Bytes read from the file so far.
    private(set) var packedBytes: UInt64 = 0

    /// Opens an input and recognises how it is packed.
    init(_ input: CrawlInput) throws(CrawlInputError) {
        var file = try InputFile(input)
        var packed = [UInt8](repeating: 0, count: Self.packedCapacity)
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
        packedEnd = count
        packedBytes = UInt64(count)
    }

    /// Puts the next inflated bytes into `room`; 0 means the end, unless the room is empty.
    ///
    /// - Throws: after all the bytes before the damage have been given.
    mutating func read(into room: UnsafeMutableRawBufferPointer) throws(CrawlInputError) -> Int {
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
        guard compression != .plain, !members.isEmpty else { return nil }
        while member + 1 < members.count, members[member + 1].inflatedOffset <= offset { member += 1 }
        if member >= 1024 {
            members.removeFirst(member)
            member = 0
        }
        let start = members[member]
        guard start.inflatedOffset <= offset else { return nil }
        return PackedLocation(offset: start.packedOffset, skip: offset - start.inflatedOffset)
    }

    private mutating func decode(into room: UnsafeMutableRawBufferPointer) throws(CrawlInputError) -> DecodeStep {
        do throws(CompressionError) {
            // The decoder keeps neither buffer.
            let step = try unsafe packed.withUnsafeBufferPointer { (all) throws(CompressionError) -> DecodeStep in
                let input = unsafe UnsafeRawBufferPointer(rebasing: UnsafeRawBufferPointer(all)[packedStart..<packedEnd])
                return try unsafe decoder.decode(input, into: room)
            }
            packedStart += step.consumed
            members += decoder.takeMemberStarts()
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
