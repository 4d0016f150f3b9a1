import CISAL

/// Inflates gzip members one after another with ISA-L.
@safe
struct GzipDecoder: ~Copyable {
    private enum Phase {
        /// Between members; nothing of the next has come.
        case boundary
        /// In a member's header.
        case header(GzipHeader)
        /// In a member's deflate data or trailer.
        case body
        /// In the zero bytes after the last member.
        case padding
    }

    private var state = InflateState()
    private var phase = Phase.boundary
    private var membersDone: UInt64 = 0

    init() {}

    /// Whether the input may end here.
    var isAtBoundary: Bool {
        switch phase {
        case .boundary: membersDone > 0
        case .padding: true
        case .header, .body: false
        }
    }

    /// Inflates until the input or the room is used up.
    mutating func decode(
        _ input: UnsafeRawBufferPointer,
        into output: UnsafeMutableRawBufferPointer,
        _ progress: inout DecodeProgress
    ) throws(CompressionError) {
        var taken = 0
        var given = 0
        while true {
            switch phase {
            case .boundary:
                guard taken < input.count else { return }
                try begin(unsafe input[taken], &progress)
            case .padding:
                while taken < input.count {
                    guard unsafe input[taken] == 0 else {
                        throw .trailingGarbage(kind: .gzip, offset: progress.packed)
                    }
                    taken += 1
                    progress.packed += 1
                }
                return
            case .header(var header):
                while taken < input.count, !header.isComplete {
                    do throws(Malformed) {
                        try header.take(unsafe input[taken])
                    } catch {
                        throw .corrupt(kind: .gzip, detail: error.detail, offset: progress.packed)
                    }
                    taken += 1
                    progress.packed += 1
                }
                phase = .header(header)
                guard header.isComplete else { return }
                beginBody()
            case .body:
                let step = unsafe state.inflate(
                    UnsafeRawBufferPointer(rebasing: input[taken...]),
                    into: UnsafeMutableRawBufferPointer(rebasing: output[given...])
                )
                taken += step.consumed
                given += step.produced
                progress.packed += UInt64(step.consumed)
                progress.inflated += UInt64(step.produced)
                try check(step.code, progress)
                if state.isDone {
                    membersDone += 1
                    phase = .boundary
                } else if step.consumed == 0, step.produced == 0 {
                    guard taken == input.count || given == output.count else {
                        throw .corrupt(kind: .gzip, detail: "no progress is possible", offset: progress.packed)
                    }
                    return
                }
            }
        }
    }

    /// Decides by its first byte what comes after a member.
    private mutating func begin(_ byte: UInt8, _ progress: inout DecodeProgress) throws(CompressionError) {
        if byte == 0x1F {
            progress.memberOffset = progress.packed
            progress.beginMember(at: progress.packed)
            phase = .header(GzipHeader())
        } else if membersDone > 0, byte == 0 {
            phase = .padding
        } else if membersDone > 0 {
            throw .trailingGarbage(kind: .gzip, offset: progress.packed)
        } else {
            throw .corrupt(kind: .gzip, detail: "expected the gzip magic 1f 8b", offset: progress.packed)
        }
    }

    private mutating func beginBody() {
        // Data without header, with a trailer that is verified: checksum and length.
        state.begin(checking: UInt32(ISAL_GZIP_NO_HDR_VER))
        phase = .body
    }

    private func check(_ code: Int32, _ progress: DecodeProgress) throws(CompressionError) {
        let detail: String
        switch code {
        case ISAL_DECOMP_OK, ISAL_END_INPUT, ISAL_OUT_OVERFLOW: return
        case ISAL_INCORRECT_CHECKSUM:
            throw .checksum(kind: .gzip, memberOffset: progress.memberOffset, offset: progress.packed)
        case ISAL_INVALID_BLOCK: detail = "invalid deflate block"
        case ISAL_INVALID_SYMBOL: detail = "invalid deflate symbol"
        case ISAL_INVALID_LOOKBACK: detail = "a deflate reference to bytes before the member's first"
        default: detail = "ISA-L error \(code)"
        }
        throw .corrupt(kind: .gzip, detail: detail, offset: progress.packed)
    }
}
