internal import ShardFormat
internal import StreamCompression

/// What lies where in a log file; the article *The log* draws it.
enum LogLayout {
    static let magic: [UInt8] = [0x89, 0x4E, 0x44, 0x57, 0x4C, 0x0D, 0x0A, 0x1A]
    static let version: UInt32 = 1
    /// Magic, version, checksum of the index's parameters, number of the log, checksum.
    static let headerBytes = 28

    /// "NDLF", read as a little-endian number.
    static let frameMagic: UInt32 = 0x464C_444E
    /// Magic, kind, sequence, durable bytes, length of the body, checksums of body and header.
    static let frameHeaderBytes = 40
    /// The longest body; a document's sketch is at most some 100 MB.
    static let bodyLimit: UInt64 = 1 << 30

    /// What a frame holds.
    enum FrameKind: UInt32 {
        case documents = 1
        case removals = 2
        /// The log goes on in the next file; no body.
        case end = 3
    }

    /// The head of a frame.
    struct FrameHeader: Equatable {
        var kind: UInt32
        /// Counts the frames of the file from 0.
        var sequence: UInt64
        /// How many bytes of the file were on disk for sure when this frame was written.
        var durable: UInt64
        var bodyLength: UInt64
        var bodyChecksum: UInt32

        var encoded: [UInt8] {
            var writer = ByteWriter(reserving: frameHeaderBytes)
            writer.append(frameMagic)
            writer.append(kind)
            writer.append(sequence)
            writer.append(durable)
            writer.append(bodyLength)
            writer.append(bodyChecksum)
            writer.append(CRC32C.checksum(writer.bytes))
            return writer.bytes
        }

        /// Nil where no frame begins at the place, or its head is damaged.
        init?(_ bytes: RawSpan, at place: Int) {
            guard place >= 0, bytes.byteCount - place >= frameHeaderBytes,
                bytes.littleEndian(UInt32.self, at: place) == frameMagic
            else { return nil }
            let head = bytes.extracting(place..<place + frameHeaderBytes - 4)
            guard CRC32C.checksum(head) == bytes.littleEndian(UInt32.self, at: place + frameHeaderBytes - 4) else {
                return nil
            }
            kind = bytes.littleEndian(UInt32.self, at: place + 4)
            sequence = bytes.littleEndian(UInt64.self, at: place + 8)
            durable = bytes.littleEndian(UInt64.self, at: place + 16)
            bodyLength = bytes.littleEndian(UInt64.self, at: place + 24)
            bodyChecksum = bytes.littleEndian(UInt32.self, at: place + 32)
        }

        init(kind: FrameKind, sequence: UInt64, durable: UInt64, body: [UInt8]) {
            self.kind = kind.rawValue
            self.sequence = sequence
            self.durable = durable
            bodyLength = UInt64(body.count)
            bodyChecksum = CRC32C.checksum(body)
        }
    }

    /// The head of a log file.
    static func header(number: UInt64, parameters: IndexParameters) -> [UInt8] {
        var writer = ByteWriter(reserving: headerBytes)
        writer.append(magic)
        writer.append(version)
        writer.append(parameters.checksum)
        writer.append(number)
        writer.append(CRC32C.checksum(writer.bytes))
        return writer.bytes
    }
}

extension RawSpan {
    /// A number at a place that the caller has seen to lie within.
    func littleEndian<Value: FixedWidthInteger & BitwiseCopyable>(_ type: Value.Type, at place: Int) -> Value {
        // The span checks the place; every pattern of bits is a number.
        Value(littleEndian: unsafe unsafeLoadUnaligned(fromByteOffset: place, as: Value.self))
    }
}
