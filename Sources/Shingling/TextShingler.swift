internal import CKernels
internal import KernelMemory

/// Turns UTF-8 text into the hashes of its tokens and shingles.
///
/// Each scalar maps on its own to its compatibility decomposition, fully case-folded, without the diacritics U+0300 to
/// U+036F; a token is a run of letters, digits and their marks, or one character of a script written without spaces; a
/// shingle is a run of consecutive tokens (Broder 1997). Ill-formed bytes separate tokens and are counted.
///
/// One value serves one thread; its work areas are reused from text to text, so that nothing is allocated once they
/// have grown to the longest text seen. Time is linear in the text.
public struct TextShingler: ~Copyable, Sendable {
    /// What decides the hashes.
    public let parameters: ShinglingParameters

    /// Bytes of the last text that belong to no well-formed UTF-8 sequence.
    public private(set) var illFormedBytes = 0

    /// 128 bits that are equal for equal token sequences, of the last text.
    public private(set) var contentHash: (low: UInt64, high: UInt64) = (0, 0)

    private var tokenHashes = ScratchBuffer<UInt64>()
    private var shingleHashes = ScratchBuffer<UInt64>()

    /// Creates a shingler.
    public init(parameters: ShinglingParameters = ShinglingParameters()) {
        self.parameters = parameters
    }

    /// The bytes that must be readable after a text.
    package static var padding: Int { Int(ND_TEXT_PADDING) }

    /// Hashes of the last text's tokens, in text order.
    ///
    /// Bit 0 tells a character of a script written without spaces.
    public var tokens: Span<UInt64> {
        @_lifetime(borrow self)
        get { tokenHashes.span }
    }

    /// Hashes of the last text's shingles, in text order: one where it has fewer tokens than a shingle, none where it
    /// has no token.
    public var shingles: Span<UInt64> {
        @_lifetime(borrow self)
        get { shingleHashes.span }
    }

    /// Reads one text of an arena.
    ///
    /// - Parameters:
    ///   - arena: the texts' bytes, with at least ``padding`` more behind the last text.
    ///   - start: the text's first byte in the arena.
    ///   - count: its length in bytes, less than 4 GiB.
    package mutating func read(_ arena: Span<UInt8>, start: Int, count: Int) {
        Self.check(arena, start: start, count: count)
        // Text and padding lie within the arena: checked above.
        illFormedBytes = unsafe Self.tokenise(
            arena,
            start: start,
            count: count,
            seed: parameters.seed,
            into: &tokenHashes
        )
        contentHash = Self.shingle(tokenHashes, parameters, into: &shingleHashes)
    }

    /// Reads a text of its own.
    ///
    /// Copies it: for a text in an arena that has padding, there is no need to.
    public mutating func read(_ text: String) {
        let arena = Self.padded(text)
        read(arena.span, start: 0, count: arena.count - Self.padding)
    }

    /// Where each token of a text lies, in bytes from the text's start, in text order.
    public static func tokenRanges(of text: String) -> [Range<Int>] {
        let arena = padded(text)
        return tokenRanges(of: arena.span, start: 0, count: arena.count - padding)
    }

    /// Where each token of a text of an arena lies, in bytes from the text's start.
    package static func tokenRanges(of arena: Span<UInt8>, start: Int, count: Int) -> [Range<Int>] {
        check(arena, start: start, count: count)
        var hashes = ScratchBuffer<UInt64>()
        var places = ScratchBuffer<nd_token_span>()
        unsafe places.fill(capacity: nd_token_capacity(count)) { spans in
            _ = unsafe tokenise(arena, start: start, count: count, seed: 0, into: &hashes, spans: spans)
            return hashes.count
        }
        let span = places.span
        return span.indices.map { Int(span[$0].start)..<Int(span[$0].end) }
    }

    /// Fills `hashes`, and `spans` where there are any; returns how many bytes are ill-formed.
    @unsafe private static func tokenise(
        _ arena: Span<UInt8>,
        start: Int,
        count: Int,
        seed: UInt64,
        into hashes: inout ScratchBuffer<UInt64>,
        spans: UnsafeMutablePointer<nd_token_span>? = nil
    ) -> Int {
        var illFormed = 0
        unsafe hashes.fill(capacity: nd_token_capacity(count)) { room in
            unsafe arena.withUnsafeBufferPointer { bytes in
                // The text and its padding lie within the arena: the callers check.
                unsafe nd_tokenise(bytes.baseAddress! + start, count, seed, room, spans, &illFormed)
            }
        }
        return illFormed
    }

    /// Fills `hashes`; returns the content hash.
    private static func shingle(
        _ hashesOfTokens: borrowing ScratchBuffer<UInt64>,
        _ parameters: ShinglingParameters,
        into hashes: inout ScratchBuffer<UInt64>
    ) -> (low: UInt64, high: UInt64) {
        let tokens = hashesOfTokens.span
        var content: [2 of UInt64] = [0, 0]
        let (width, seed) = (parameters.tokens, parameters.seed)
        unsafe hashes.fill(capacity: nd_shingle_count(tokens.count, width)) { room in
            unsafe tokens.withUnsafeBufferPointer { tokens in
                var words = content.mutableSpan
                // Two words, which is what the kernel writes.
                unsafe words.withUnsafeMutableBufferPointer {
                    unsafe nd_content_hash(tokens.baseAddress!, tokens.count, $0.baseAddress!)
                }
                return unsafe nd_shingles(tokens.baseAddress!, tokens.count, width, seed, room)
            }
        }
        return (content[0], content[1])
    }

    private static func padded(_ text: String) -> [UInt8] {
        Array(text.utf8) + [UInt8](repeating: 0, count: padding)
    }

    private static func check(_ arena: Span<UInt8>, start: Int, count: Int) {
        precondition(start >= 0 && count >= 0 && count < Int(UInt32.max) - padding, "a text is less than 4 GiB long")
        precondition(start <= arena.count - padding - count, "a text needs \(padding) readable bytes after it")
    }
}
