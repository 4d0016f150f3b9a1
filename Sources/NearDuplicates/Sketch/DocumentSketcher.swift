package import CrawlModel
public import ShardFormat
internal import Shingling
internal import Sketching

/// The one way from a document's text to its sketch: index and query can't disagree, because both go through it.
///
/// One value serves one thread; its work areas are reused from document to document. They depend on
/// ``tokensAtOnce`` and not on the text, which is read in blocks of so many tokens: what grows with a long text is its
/// fingerprints alone.
public struct DocumentSketcher: ~Copyable, Sendable {
    /// What the sketches depend on.
    public let parameters: IndexParameters

    /// A text of more tokens is read in blocks; its sketch is the same.
    public static let tokensAtOnce = 1 << 16

    private let blockTokens: Int
    /// A sketch made by another sketcher, which then stands for the last one of this.
    private var kept: KeptSketch?
    private var shingler: TextShingler
    private var sketcher: ShingleSketcher

    /// The last document's sketch is made of the shingles of this many bytes.
    public private(set) var textBytes = 0

    /// Creates a sketcher for an index.
    ///
    /// - Throws: ``IndexError/otherParameters(path:_:)`` where this program computes other hashes than the index holds.
    public init(parameters: IndexParameters) throws(IndexError) {
        try self.init(parameters: parameters, blockTokens: Self.tokensAtOnce)
    }

    /// Creates a sketcher whose blocks have about so many tokens, for tests.
    package init(parameters: IndexParameters, blockTokens: Int) throws(IndexError) {
        guard let (shingling, sketching) = parameters.sketching else {
            throw .otherParameters(
                path: "index parameters",
                parameters.asWrittenHere.mismatches(with: parameters)
            )
        }
        self.parameters = parameters
        self.blockTokens = blockTokens
        shingler = TextShingler(parameters: shingling)
        sketcher = ShingleSketcher(parameters: sketching)
    }

    /// Bytes of work areas and of the last sketch, touched or not.
    package var heldBytes: Int { shingler.heldBytes + sketcher.heldBytes }

    /// Tokens of the last document.
    public var tokenCount: Int { kept?.tokenCount ?? shingler.tokenCount }

    /// Bytes of the last document that belong to no well-formed UTF-8 sequence.
    public var illFormedBytes: Int { shingler.illFormedBytes }

    /// Equal for documents of equal token sequences.
    public var contentHash: ContentHash {
        kept?.contentHash ?? ContentHash(low: shingler.contentHash.low, high: shingler.contentHash.high)
    }

    /// The last document's shingle hashes, in text order; none where it has more than ``tokensAtOnce`` tokens.
    public var shingles: Span<UInt64> {
        @_lifetime(borrow self)
        get { kept == nil ? shingler.shingles.extracting(first: isWhole ? .max : 0) : kept!.shingles.span }
    }

    /// Whether the last document was read at once, and not in blocks.
    private var isWhole = true

    /// The last document's signature as stored.
    public var signature: Span<UInt8> {
        @_lifetime(borrow self)
        get { kept == nil ? sketcher.packedSignature : kept!.signature.span }
    }

    /// The last document's band keys.
    public var bandKeys: Span<UInt64> {
        @_lifetime(borrow self)
        get { kept == nil ? sketcher.bandKeys : kept!.bandKeys.span }
    }

    /// The last document's distinct fingerprints, in text order.
    public var fingerprints: Span<UInt64> {
        @_lifetime(borrow self)
        get { kept == nil ? sketcher.fingerprints : kept!.fingerprints.span }
    }

    /// The token each of ``fingerprints`` first begins at.
    public var positions: Span<UInt32> {
        @_lifetime(borrow self)
        get { kept == nil ? sketcher.positions : kept!.positions.span }
    }

    /// Sketches one text of an arena, with `TextShingler.padding` readable bytes behind it.
    ///
    /// - Parameters:
    ///   - arena: the texts' bytes and their padding.
    ///   - start: the text's first byte in the arena.
    ///   - count: its length in bytes, as it stands there.
    ///   - isEscaped: it stands as in a JSON string, with its simple escapes and without `\u`; ``textBytes`` is of what
    ///     it stands for.
    package mutating func sketch(_ arena: Span<UInt8>, start: Int, count: Int, isEscaped: Bool = false) {
        kept = nil
        shingler.readFirst(arena, start: start, count: count, blockTokens: blockTokens, isEscaped: isEscaped)
        isWhole = shingler.isRead
        if isWhole {
            Self.sketch(shingler, with: &sketcher)
        } else {
            sketcher.beginBlocks()
            Self.addBlock(shingler, to: &sketcher)
            while !shingler.isRead {
                shingler.readNext(arena)
                Self.addBlock(shingler, to: &sketcher)
            }
            sketcher.endBlocks()
        }
        textBytes = count - shingler.escapes
    }

    /// Takes a sketch that another sketcher of the same parameters has made, as if it were this one's last.
    package mutating func take(_ sketch: KeptSketch) {
        kept = sketch
        textBytes = sketch.textBytes
    }

    /// Sketches a document of a batch, wherever its text is.
    package mutating func sketch(_ documents: borrowing DocumentBatch, _ entry: DocumentEntry) {
        let text = entry.text
        if entry.isEscaped {
            sketch(documents.escapedText.storage.span, start: text.start, count: text.count, isEscaped: true)
        } else {
            sketch(documents.text.storage.span, start: text.start, count: text.count)
        }
    }

    private static func sketch(_ shingler: borrowing TextShingler, with sketcher: inout ShingleSketcher) {
        sketcher.sketch(shingler.shingles)
    }

    private static func addBlock(_ shingler: borrowing TextShingler, to sketcher: inout ShingleSketcher) {
        sketcher.addBlock(shingler.shingles)
    }

    /// Sketches a text of its own.
    ///
    /// Copies the text.
    public mutating func sketch(_ text: String) {
        let arena = TextShingler.padded(text)
        sketch(arena.span, start: 0, count: arena.count - TextShingler.padding)
    }

    /// Where some of the tokens of a text of an arena lie, in bytes from the text's start; `tokens` ascend.
    package static func ranges(
        ofTokens tokens: [Int],
        of arena: Span<UInt8>,
        start: Int,
        count: Int
    ) -> [Range<Int>] {
        TextShingler.ranges(ofTokens: tokens, of: arena, start: start, count: count, blockTokens: tokensAtOnce)
    }
}
