internal import NearDuplicates
internal import ShardFormat
internal import StreamCompression

/// What was logged, in order.
enum LogEntry {
    case add(DocumentColumns)
    case remove([[UInt8]])
}

/// Reads a log file from its start to its end.
///
/// A frame that is incomplete or whose checksum is wrong ends the log, if nothing says that it once was on disk: a power cut
/// leaves such a tail, and nothing of it was acknowledged. Damage before that is an error: what follows would be lost.
enum LogReader {
    /// Reads a log.
    ///
    /// - Parameters:
    ///   - bytes: the file.
    ///   - path: where it lies.
    ///   - number: the log's number.
    ///   - parameters: the index's.
    ///   - isLast: whether there is no later log; only the last may lack its end.
    ///   - body: takes what was logged.
    /// - Returns: how many bytes count; what follows is a torn tail.
    /// - Throws: ``ShardError`` of damage, or of a log of another version or index.
    @discardableResult
    static func read(
        _ bytes: RawSpan,
        path: String,
        number: UInt64,
        parameters: IndexParameters,
        isLast: Bool,
        _ body: (LogEntry) throws(ShardError) -> Void
    ) throws(ShardError) -> Int {
        guard try checkHeader(bytes, path: path, number: number, parameters: parameters, isLast: isLast) else {
            return 0
        }
        var place = LogLayout.headerBytes
        var sequence: UInt64 = 0
        var hasEnded = false
        while place < bytes.byteCount, !hasEnded {
            guard let header = LogLayout.FrameHeader(bytes, at: place), header.sequence == sequence,
                header.bodyLength <= LogLayout.bodyLimit,
                header.bodyLength <= UInt64(bytes.byteCount - place - LogLayout.frameHeaderBytes),
                case let start = place + LogLayout.frameHeaderBytes,
                case let content = bytes.extracting(start..<start + Int(header.bodyLength)),
                CRC32C.checksum(content) == header.bodyChecksum
            else {
                try refuseDamage(bytes, at: place, path: path)
                break
            }
            switch LogLayout.FrameKind(rawValue: header.kind) {
            case .documents: try body(.add(LogRecords.documents(content, parameters, path: path, offset: start)))
            case .removals: try body(.remove(LogRecords.removals(content, path: path, offset: start)))
            case .end: hasEnded = true
            case nil:
                throw .versionTooNew(path: path, kind: .log, expected: LogLayout.version, found: header.kind)
            }
            place = start + content.byteCount
            sequence += 1
        }
        guard hasEnded || isLast else {
            throw .corrupt(
                path: path,
                section: "log",
                offset: UInt64(place),
                expected: "the end of a log that others follow",
                found: place == bytes.byteCount ? "the end of the file" : "damage"
            )
        }
        return place
    }

    /// False where the file is the last and was not written on: its head may be torn.
    private static func checkHeader(
        _ bytes: RawSpan,
        path: String,
        number: UInt64,
        parameters: IndexParameters,
        isLast: Bool
    ) throws(ShardError) -> Bool {
        let expected = LogLayout.header(number: number, parameters: parameters)
        let found = unsafe bytes.extracting(first: expected.count).withUnsafeBytes { unsafe [UInt8]($0) }
        if found == expected { return true }
        // A version of its own before a checksum of any.
        if found.count == expected.count, found.starts(with: LogLayout.magic) {
            let version = bytes.littleEndian(UInt32.self, at: LogLayout.magic.count)
            let isWhole =
                CRC32C.checksum(bytes.extracting(first: expected.count - 4))
                == bytes.littleEndian(UInt32.self, at: expected.count - 4)
            if isWhole, version > LogLayout.version {
                throw .versionTooNew(path: path, kind: .log, expected: LogLayout.version, found: version)
            }
            if isWhole {
                throw .corrupt(
                    path: path,
                    section: "header",
                    offset: 0,
                    expected: "log \(number) of this index",
                    found: "another log, or one of another index"
                )
            }
        }
        try refuseDamage(bytes, at: 0, path: path)
        guard isLast else {
            throw .corrupt(
                path: path,
                section: "header",
                offset: 0,
                expected: "the head of log \(number)",
                found: "other bytes"
            )
        }
        return false
    }

    /// Throws where a later frame says that the bytes at a place were on disk for sure.
    ///
    /// - Complexity: O(bytes left): a frame's head has its own checksum.
    private static func refuseDamage(_ bytes: RawSpan, at place: Int, path: String) throws(ShardError) {
        var next = place + 1
        while bytes.byteCount - next >= LogLayout.frameHeaderBytes {
            if bytes.littleEndian(UInt8.self, at: next) == UInt8(truncatingIfNeeded: LogLayout.frameMagic),
                let header = LogLayout.FrameHeader(bytes, at: next), header.durable > UInt64(place)
            {
                throw .corrupt(
                    path: path,
                    section: "log",
                    offset: UInt64(place),
                    expected: "a whole frame, which was on disk when the one at byte \(next) was written",
                    found: "a damaged one"
                )
            }
            next += 1
        }
    }
}
