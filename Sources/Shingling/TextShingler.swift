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

    /// 128 bits that are equal for equal token sequences, of the last text.
    public private(set) var contentHash: (low: UInt64, high: UInt64) = (0, 0)

    /// Tokens of the last text.
    public private(set) var tokenCount = 0

    private var tokenHashes = ScratchBuffer<UInt64>()
    private var shingleHashes = ScratchBuffer<UInt64>()
    private var tokeniser = nd_tokeniser_begin()
    private var content = nd_content_begin()
    /// Where the text lies that is being read.
    private var text = (start: 0, count: 0)
    private var blockTokens = Int.max

    /// Creates a shingler.
    public init(parameters: ShinglingParameters = ShinglingParameters()) {
        self.parameters = parameters
    }

    /// The bytes that must be readable after a text.
    package static var padding: Int { Int(ND_TEXT_PADDING) }

    /// Bytes of the last text that belong to no well-formed UTF-8 sequence.
    public var illFormedBytes: Int { tokeniser.invalid }

    /// Escapes of the last text: by so many bytes is it shorter once they are read as what they stand for.
    package var escapes: Int { tokeniser.escapes }

    /// Bytes of work areas, touched or not.
    package var heldBytes: Int { tokenHashes.heldBytes + shingleHashes.heldBytes }

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

    /// Reads a text of its own.
    ///
    /// Copies it, and holds 16 bytes for each of its tokens: `DocumentSketcher` of `NearDuplicates` sketches texts of any
    /// length in bounded memory.
    public mutating func read(_ text: String) {
        let arena = Self.padded(text)
        read(arena.span, start: 0, count: arena.count - Self.padding)
    }

    /// Reads one text of an arena, whole.
    ///
    /// - Parameters:
    ///   - arena: the texts' bytes, with at least ``padding`` more behind the last text.
    ///   - start: the text's first byte in the arena.
    ///   - count: its length in bytes, less than 2 GiB.
    package mutating func read(_ arena: Span<UInt8>, start: Int, count: Int) {
        readFirst(arena, start: start, count: count, blockTokens: .max)
    }

    /// Reads the first block of a text of an arena.
    ///
    /// ``shingles`` are then those of the block; ``readNext(_:)`` goes on while the text isn't ``isRead``. A block ends
    /// wherever it has its tokens, except within one: a token of any length is read where it lies, and takes no memory.
    /// So the work areas depend on the block and not on the text.
    ///
    /// - Parameters:
    ///   - arena: the texts' bytes, with at least ``padding`` more behind the last text.
    ///   - start: the text's first byte in the arena.
    ///   - count: its length in bytes, less than 2 GiB.
    ///   - blockTokens: tokens in a block, about.
    ///   - isEscaped: the text stands as in a JSON string, with its simple escapes (`\n`, `\"`; no `\u`) and in
    ///     `count` bytes: the tokens are those of the text they stand for.
    package mutating func readFirst(
        _ arena: Span<UInt8>,
        start: Int,
        count: Int,
        blockTokens: Int,
        isEscaped: Bool = false
    ) {
        Self.check(arena, start: start, count: count)
        precondition(blockTokens > 0, "a block has tokens")
        tokeniser = isEscaped ? nd_tokeniser_begin_escaped() : nd_tokeniser_begin()
        content = nd_content_begin()
        text = (start, count)
        self.blockTokens = blockTokens
        tokenCount = 0
        tokenHashes.removeAll()
        readBlock(arena)
    }

    /// Reads the next block of the text that ``readFirst(_:start:count:blockTokens:isEscaped:)`` began, in the same arena.
    package mutating func readNext(_ arena: Span<UInt8>) {
        Self.check(arena, start: text.start, count: text.count)
        precondition(!isRead, "there is no next block")
        // The last tokens come again: the shingles that begin at them go on in this block.
        Self.drop(shingleHashes.count, from: &tokenHashes)
        readBlock(arena)
    }

    /// Whether the last text was read to its end.
    package var isRead: Bool { tokeniser.is_done != 0 }

    private mutating func readBlock(_ arena: Span<UInt8>) {
        let known = tokenHashes.count
        // Text and padding lie within the arena: the callers check.
        unsafe Self.tokenise(arena, text, &tokeniser, seed: parameters.seed, limit: blockTokens, into: &tokenHashes)
        Self.add(tokenHashes, from: known, to: &content)
        tokenCount += tokenHashes.count - known
        if isRead { contentHash = Self.finished(content) }
        Self.shingle(tokenHashes, parameters, isLast: isRead, into: &shingleHashes)
    }

    /// Appends a block of tokens to `hashes`.
    @unsafe private static func tokenise(
        _ arena: Span<UInt8>,
        _ text: (start: Int, count: Int),
        _ tokeniser: inout nd_tokeniser,
        seed: UInt64,
        limit: Int,
        into hashes: inout ScratchBuffer<UInt64>
    ) {
        let known = hashes.count
        unsafe hashes.append(capacity: nd_token_block_capacity(text.count, limit)) { room in
            unsafe arena.withUnsafeBufferPointer { bytes in
                // The room is what the kernel asks for; text and padding lie within the arena: the callers check.
                let start = unsafe bytes.baseAddress! + text.start
                let added = unsafe nd_tokenise_block(&tokeniser, start, text.count, seed, limit, room + known, nil)
                return known + added
            }
        }
    }

    private static func add(_ tokens: borrowing ScratchBuffer<UInt64>, from first: Int, to content: inout nd_content) {
        let tokens = tokens.span.extracting(first...)
        unsafe tokens.withUnsafeBufferPointer {
            // Reads the `count` tokens of the span, which may be none.
            if let start = $0.baseAddress { unsafe nd_content_add(&content, start, $0.count) }
        }
    }

    private static func finished(_ content: nd_content) -> (low: UInt64, high: UInt64) {
        var (content, hash): (nd_content, [2 of UInt64]) = (content, [0, 0])
        var words = hash.mutableSpan
        // Two words, which is what the kernel writes.
        unsafe words.withUnsafeMutableBufferPointer { unsafe nd_content_finish(&content, $0.baseAddress!) }
        return (hash[0], hash[1])
    }

    /// Fills `hashes` with the shingles that no later token changes: a shingle of single characters spans twice the
    /// width.
    private static func shingle(
        _ hashesOfTokens: borrowing ScratchBuffer<UInt64>,
        _ parameters: ShinglingParameters,
        isLast: Bool,
        into hashes: inout ScratchBuffer<UInt64>
    ) {
        let tokens = hashesOfTokens.span
        let (width, seed) = (parameters.tokens, parameters.seed)
        unsafe hashes.fill(capacity: nd_shingle_count(tokens.count, width)) { room in
            unsafe tokens.withUnsafeBufferPointer { tokens in
                let count = unsafe nd_shingles(tokens.baseAddress!, tokens.count, width, seed, room)
                return isLast ? count : max(0, tokens.count - 2 * width + 1)
            }
        }
    }

    /// Drops the first elements.
    private static func drop(_ first: Int, from hashes: inout ScratchBuffer<UInt64>) {
        let kept = hashes.count - first
        unsafe hashes.edit { all in
            // Moves down within the content; the ranges may overlap.
            unsafe all.update(from: all + first, count: kept)
            return kept
        }
    }

    /// The bytes of a text and their padding.
    package static func padded(_ text: String) -> [UInt8] {
        var arena: [UInt8] = []
        arena.reserveCapacity(text.utf8.count + padding)
        arena.append(contentsOf: text.utf8)
        arena.append(contentsOf: repeatElement(0, count: padding))
        return arena
    }

    static func check(_ arena: Span<UInt8>, start: Int, count: Int) {
        // Two tokens a byte at most, so that their positions have 32 bits.
        precondition(start >= 0 && count >= 0 && count <= Int(Int32.max) - padding, "a text is less than 2 GiB long")
        precondition(start <= arena.count - padding - count, "a text needs \(padding) readable bytes after it")
    }
}
