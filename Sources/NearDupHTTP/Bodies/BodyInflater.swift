internal import HTTPTypes
internal import NIOCore
internal import StreamCompression

/// Unpacks a body piece by piece, up to a limit: a body that inflates a thousandfold stops there.
struct BodyInflater: ~Copyable {
    private let coding: ContentCoding
    private let limit: Int
    private var decoder: ContentDecoder?
    /// The first bytes, until there are enough to tell what they are.
    private var start: [UInt8] = []
    private(set) var inflatedBytes = 0

    private static let roomBytes = 64 << 10

    init(_ coding: ContentCoding, limit: Int) {
        self.coding = coding
        self.limit = limit
    }

    /// Unpacks the bytes that came next.
    ///
    /// - Parameters:
    ///   - bytes: packed.
    ///   - body: gets what they inflate to, some at a time.
    /// - Throws: ``Problem`` where they are damaged (400), or inflate to more than the limit (413); what `body` throws.
    mutating func inflate(
        _ bytes: UnsafeRawBufferPointer,
        _ body: (UnsafeRawBufferPointer) throws(Problem) -> Void
    ) throws(Problem) {
        if decoder == nil {
            unsafe start.append(contentsOf: bytes)
            guard start.count >= 2 else { return }
            let first = start
            start = []
            // The array lives for the length of the call, and the decoder keeps no pointer.
            try unsafe first.withUnsafeBufferPointer { (buffer) throws(Problem) in
                let all = UnsafeRawBufferPointer(buffer)
                do throws(CompressionError) {
                    decoder = try unsafe ContentDecoder(coding, prefix: all)
                } catch {
                    throw Problem(.serviceUnavailable, "out-of-memory", "there is no memory; try again", retryAfter: 5)
                }
                try unsafe decode(all, body)
            }
        } else {
            try unsafe decode(bytes, body)
        }
    }

    private mutating func decode(
        _ bytes: UnsafeRawBufferPointer,
        _ body: (UnsafeRawBufferPointer) throws(Problem) -> Void
    ) throws(Problem) {
        var left = unsafe bytes
        var room = [UInt8](repeating: 0, count: Self.roomBytes)
        while true {
            var step = DecodeStep(consumed: 0, produced: 0)
            // Both buffers live for the length of the call; the decoder keeps neither.
            try unsafe room.withUnsafeMutableBufferPointer { (buffer) throws(Problem) in
                let room = UnsafeMutableRawBufferPointer(buffer)
                do throws(CompressionError) {
                    step = try unsafe decoder!.decode(left, into: room)
                } catch {
                    throw damaged
                }
                inflatedBytes += step.produced
                if inflatedBytes > limit { throw Problem.tooLarge(limit: limit, isInflated: true) }
                if step.produced > 0 {
                    try unsafe body(UnsafeRawBufferPointer(rebasing: UnsafeRawBufferPointer(room)[..<step.produced]))
                }
            }
            unsafe left = UnsafeRawBufferPointer(rebasing: left[step.consumed...])
            if step.consumed == 0, step.produced == 0 { break }
        }
        if unsafe !left.isEmpty { throw damaged }
    }

    /// Says that the body has ended.
    ///
    /// - Throws: ``Problem`` (400) where it was cut off.
    mutating func finish() throws(Problem) {
        guard decoder != nil, decoder!.isComplete() else { throw damaged }
    }

    private var damaged: Problem {
        Problem(
            .badRequest,
            "damaged-body",
            "the body is said to be \(coding.rawValue), and is not, or is damaged or cut off",
            closes: true
        )
    }
}

extension Problem {
    /// A body over its limit.
    static func tooLarge(limit: Int, isInflated: Bool) -> Problem {
        Problem(
            .contentTooLarge,
            "body-too-large",
            "expected a body of at most \(limit) bytes\(isInflated ? ", unpacked" : ""); send many documents as "
                + "application/x-ndjson, one a line, or raise --max-document",
            closes: true
        )
    }

    /// A client that was too slow.
    static let tooSlow = Problem(
        .requestTimeout,
        "too-slow",
        "the body did not come in time; send it again, at a steady rate",
        closes: true
    )
}
