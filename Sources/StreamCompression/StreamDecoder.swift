/// Where a gzip member or zstd frame begins: in the packed input, and in the bytes it inflates to.
package struct MemberStart: Sendable, Hashable {
    /// The member's first byte in the packed input.
    package var packedOffset: UInt64
    /// The first byte it inflates to, in the whole inflated stream.
    package var inflatedOffset: UInt64

    package init(packedOffset: UInt64, inflatedOffset: UInt64) {
        self.packedOffset = packedOffset
        self.inflatedOffset = inflatedOffset
    }
}

/// What one step of decoding did.
package struct DecodeStep: Sendable, Hashable {
    /// Bytes taken from the input.
    package var consumed: Int
    /// Bytes put into the output.
    package var produced: Int

    package init(consumed: Int, produced: Int) {
        self.consumed = consumed
        self.produced = produced
    }
}

/// Inflates a stream piece by piece, in constant memory.
///
/// Give it the packed bytes as they come with ``decode(_:into:)`` until they are used up, then call ``finish()``: that is
/// where a truncated stream is found. Every error comes after all bytes that could be inflated before it.
package struct StreamDecoder: ~Copyable {
    /// How the stream is packed.
    package let kind: CompressionKind
    private var gzip: GzipDecoder?
    private var zstd: ZstdDecoder?
    private var progress = DecodeProgress()
    private var failure: CompressionError?

    /// Creates a decoder.
    ///
    /// - Parameters:
    ///   - kind: how the stream is packed.
    ///   - origin: the member or frame the stream is given from on; offsets count from the start of the whole stream.
    ///   - windowLogMax: the largest window that zstd may ask for, as a power of 2.
    /// - Throws: ``CompressionError/outOfMemory(_:)``.
    package init(
        kind: CompressionKind,
        from origin: MemberStart = MemberStart(packedOffset: 0, inflatedOffset: 0),
        windowLogMax: Int = ZstdDecoder.windowLogMax
    ) throws(CompressionError) {
        self.kind = kind
        progress.packed = origin.packedOffset
        progress.inflated = origin.inflatedOffset
        switch kind {
        case .plain: break
        case .gzip: gzip = GzipDecoder()
        case .zstd: zstd = try ZstdDecoder(windowLogMax: windowLogMax)
        }
    }

    /// Packed bytes taken so far.
    package var packedOffset: UInt64 { progress.packed }

    /// Bytes inflated so far.
    package var inflatedOffset: UInt64 { progress.inflated }

    /// The members or frames that have begun since the last call, in order.
    package mutating func takeMemberStarts() -> [MemberStart] {
        defer { progress.members.removeAll(keepingCapacity: true) }
        return progress.members
    }

    /// Inflates what it can of `input` into `output`.
    ///
    /// A step that takes and gives nothing needs more input (or more room, where the output was empty).
    ///
    /// - Throws: the error the stream ends with, after a last step that gave the bytes before it; again on every later call.
    package mutating func decode(
        _ input: UnsafeRawBufferPointer,
        into output: UnsafeMutableRawBufferPointer
    ) throws(CompressionError) -> DecodeStep {
        if let failure { throw failure }
        let before = progress
        do {
            if gzip != nil {
                try unsafe gzip!.decode(input, into: output, &progress)
            } else if zstd != nil {
                try unsafe zstd!.decode(input, into: output, &progress)
            } else {
                unsafe copy(input, into: output)
            }
        } catch {
            failure = error
            if progress.inflated == before.inflated { throw error }
        }
        return DecodeStep(
            consumed: Int(progress.packed - before.packed),
            produced: Int(progress.inflated - before.inflated)
        )
    }

    /// Says that the input has ended.
    ///
    /// - Throws: ``CompressionError/truncated(kind:memberOffset:offset:)`` where a member or frame isn't complete, or the
    ///   error met before.
    package mutating func finish() throws(CompressionError) {
        if let failure { throw failure }
        let complete = gzip?.isAtBoundary ?? zstd?.isAtBoundary ?? true
        guard complete else {
            let error = CompressionError.truncated(
                kind: kind,
                memberOffset: progress.memberOffset,
                offset: progress.packed
            )
            failure = error
            throw error
        }
    }

    private mutating func copy(_ input: UnsafeRawBufferPointer, into output: UnsafeMutableRawBufferPointer) {
        let count = min(input.count, output.count)
        guard count > 0 else { return }
        // Both buffers hold at least `count` bytes.
        unsafe output.copyMemory(from: UnsafeRawBufferPointer(rebasing: input[..<count]))
        progress.packed += UInt64(count)
        progress.inflated += UInt64(count)
    }
}

// The decoder owns its contexts alone, and they keep nothing of a thread; so it may move from one to another.
extension StreamDecoder: @unchecked Sendable {}

/// How far a decoder has come.
struct DecodeProgress {
    /// Packed bytes taken.
    var packed: UInt64 = 0
    /// Bytes inflated.
    var inflated: UInt64 = 0
    /// The packed offset of the member or frame that began last.
    var memberOffset: UInt64 = 0
    /// Members begun and not yet asked for.
    var members: [MemberStart] = []

    /// Notes that a member begins at packed offset `offset` and at the inflated byte that comes next.
    mutating func beginMember(at offset: UInt64) {
        members.append(MemberStart(packedOffset: offset, inflatedOffset: inflated))
    }
}
