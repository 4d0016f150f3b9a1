import CrawlModel
import StreamCompression

/// Undoes how bodies were sent: chunks, and the codings of HTTP.
///
/// Keeps its scratch from body to body.
struct BodyDecoder {
    /// The longest body, in bytes.
    let maxBytes: Int
    private var scratch = PaddedBytes()
    private var other = PaddedBytes()

    init(maxBytes: Int) { self.maxBytes = maxBytes }

    /// Calls `use` with a body as it was meant.
    ///
    /// Damage never loses what came before it, and a body that isn't packed as its header says is taken as it is.
    ///
    /// - Parameters:
    ///   - body: the body as it was stored.
    ///   - header: what its header says.
    ///   - repairs: what had to be mended is counted.
    ///   - use: gets the body.
    mutating func decode(
        _ body: UnsafeRawBufferPointer,
        _ header: HTTPHeader,
        _ repairs: inout ReadingRepairs,
        _ use: (UnsafeRawBufferPointer) -> Void
    ) {
        guard unsafe !body.isEmpty, header.isChunked || !header.codings.isEmpty else { return unsafe use(body) }
        scratch.removeAll()
        var isInScratch = false
        if header.isChunked {
            switch unsafe ChunkedBody.append(body, to: &scratch) {
            case .whole: isInScratch = true
            case .mended:
                isInScratch = true
                repairs.mendedBodies += 1
            case .notChunked: break
            }
        }
        for coding in header.codings {
            other.removeAll()
            let isDecoded =
                if isInScratch {
                    unsafe Self.view(scratch) { unsafe Self.append($0, coding, maxBytes, &other, &repairs) }
                } else {
                    unsafe Self.append(body, coding, maxBytes, &other, &repairs)
                }
            guard isDecoded else { continue }
            swap(&scratch, &other)
            isInScratch = true
        }
        if isInScratch { unsafe Self.view(scratch, use) } else { unsafe use(body) }
        if scratch.capacity > Self.keptCapacity { scratch = PaddedBytes() }
        if other.capacity > Self.keptCapacity { other = PaddedBytes() }
    }

    /// What one huge body needed isn't kept for all the others.
    private static let keptCapacity = 4 << 20

    private static func view<Result>(_ bytes: PaddedBytes, _ use: (UnsafeRawBufferPointer) -> Result) -> Result {
        let count = bytes.count
        // The counted bytes; `use` keeps no pointer.
        return unsafe bytes.withPaddedBytes { unsafe use(UnsafeRawBufferPointer(rebasing: $0[..<count])) }
    }

    /// Unpacks a body; returns false where it isn't packed so.
    private static func append(
        _ body: UnsafeRawBufferPointer,
        _ coding: ContentCoding,
        _ maxBytes: Int,
        _ output: inout PaddedBytes,
        _ repairs: inout ReadingRepairs
    ) -> Bool {
        guard unsafe ContentDecoder.mayBegin(coding, body) else { return false }
        let isWhole: Bool
        do throws(CompressionError) {
            isWhole = try unsafe inflate(body, coding, maxBytes, &output, &repairs)
        } catch {
            isWhole = false
        }
        guard !isWhole else { return true }
        // What has no magic number and can't be unpacked, but is text, was never packed.
        let isTellable = coding == .gzip || coding == .zstd
        if !isTellable, unsafe UTF8Repair.isWellFormed(body) { return false }
        repairs.mendedBodies += 1
        return true
    }
}

extension BodyDecoder {
    private static func inflate(
        _ body: UnsafeRawBufferPointer,
        _ coding: ContentCoding,
        _ maxBytes: Int,
        _ output: inout PaddedBytes,
        _ repairs: inout ReadingRepairs
    ) throws(CompressionError) -> Bool {
        var decoder = try unsafe ContentDecoder(coding, prefix: body)
        return try unsafe decoder.append(body, to: &output, maxBytes, &repairs)
    }
}

extension ContentDecoder {
    /// Unpacks as far as it goes; returns whether that is the end, or the limit.
    fileprivate mutating func append(
        _ body: UnsafeRawBufferPointer,
        to output: inout PaddedBytes,
        _ maxBytes: Int,
        _ repairs: inout ReadingRepairs
    ) throws(CompressionError) -> Bool {
        var taken = 0
        while true {
            guard output.count < maxBytes else {
                repairs.cutBodies += 1
                return true
            }
            let room = min(max(4 * body.count, 64 << 10), 1 << 20, maxBytes - output.count)
            var step = DecodeStep(consumed: 0, produced: 0)
            _ = try unsafe output.appendFilling(room: room) { (all) throws(CompressionError) -> Int in
                // Only as much as was asked for: how far the output has grown must not decide where it is cut.
                let target = unsafe UnsafeMutableRawBufferPointer(rebasing: all[..<room])
                step = try unsafe decode(UnsafeRawBufferPointer(rebasing: body[taken...]), into: target)
                return step.produced
            }
            taken += step.consumed
            if step.produced == 0, step.consumed == 0 || taken == body.count { return isComplete() }
        }
    }
}
