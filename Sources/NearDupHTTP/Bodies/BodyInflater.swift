internal import HTTPTypes
internal import NIOCore
internal import StreamCompression

/// Unpacks a body piece by piece, up to a limit: a body that inflates a millionfold stops there.
///
/// ```swift
/// inflater.add(piece)
/// while try inflater.next({ bytes in … }) {}
/// ```
struct BodyInflater: ~Copyable {
    private let coding: ContentCoding
    private let limit: Int
    private let excess: Problem
    private var decoder: ContentDecoder?
    /// Packed bytes, and how many of them are used up.
    private var packed: [UInt8] = []
    private var consumed = 0
    private var room = [UInt8](repeating: 0, count: Self.roomBytes)
    private var inflatedBytes = 0

    /// The most that one step gives.
    private static let roomBytes = 64 << 10

    /// The window that a zstd frame may ask for, as a power of 2: what RFC 9659 allows on the way through HTTP.
    private static let windowLogMax = 23

    /// Unpacks a body of this coding; `excess` is thrown where it inflates to more than the limit.
    init(_ coding: ContentCoding, limit: Int, excess: Problem) {
        self.coding = coding
        self.limit = limit
        self.excess = excess
    }

    /// Takes the bytes that came next.
    mutating func add(_ bytes: UnsafeRawBufferPointer) {
        packed.removeFirst(consumed)
        consumed = 0
        unsafe packed.append(contentsOf: bytes)
    }

    /// Unpacks 64 KiB at most of what came.
    ///
    /// - Parameter body: gets what it inflates to, if that is anything.
    /// - Returns: whether there may be more; false where more packed bytes are needed.
    /// - Throws: ``Problem`` where they are damaged (400), or inflate to more than the limit; what `body` throws.
    mutating func next(_ body: (UnsafeRawBufferPointer) throws(Problem) -> Void) throws(Problem) -> Bool {
        // Two bytes tell what deflate data is wrapped in.
        if decoder == nil, packed.count < 2 { return false }
        // Taken out for the length of the call, so that the decoder can be changed meanwhile.
        var room: [UInt8] = []
        swap(&room, &self.room)
        defer { swap(&room, &self.room) }
        let step: DecodeStep
        do throws(CompressionError) {
            step = try decode(into: &room)
        } catch {
            if case .outOfMemory = error {
                throw Problem(.serviceUnavailable, "out-of-memory", "there is no memory; try again", retryAfter: 5)
            }
            throw damaged
        }
        consumed += step.consumed
        inflatedBytes += step.produced
        if inflatedBytes > limit { throw excess }
        if step.produced > 0 {
            // No more than was produced, lent for the call.
            try unsafe room.withUnsafeBufferPointer { (room) throws(Problem) in
                try unsafe body(UnsafeRawBufferPointer(UnsafeBufferPointer(rebasing: room[..<step.produced])))
            }
        }
        if step.consumed > 0 || step.produced > 0 { return true }
        if consumed < packed.count { throw damaged }
        return false
    }

    private mutating func decode(into room: inout [UInt8]) throws(CompressionError) -> DecodeStep {
        let (packed, consumed) = (packed, consumed)
        // Both buffers live for the length of the calls; the decoder keeps neither.
        return try unsafe packed.withUnsafeBufferPointer { (packed) throws(CompressionError) in
            let all = UnsafeRawBufferPointer(packed)
            if decoder == nil {
                decoder = try unsafe ContentDecoder(coding, prefix: all, windowLogMax: Self.windowLogMax)
            }
            return try unsafe room.withUnsafeMutableBufferPointer { (room) throws(CompressionError) in
                try unsafe decoder!
                    .decode(
                        UnsafeRawBufferPointer(rebasing: all[consumed...]),
                        into: UnsafeMutableRawBufferPointer(room)
                    )
            }
        }
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
