public import ShardFormat
internal import Shingling
internal import Sketching

/// The one way from a document's text to its sketch: index and query can't disagree, because both go through it.
///
/// One value serves one thread; its work areas are reused from document to document.
public struct DocumentSketcher: ~Copyable, Sendable {
    /// What the sketches depend on.
    public let parameters: IndexParameters

    private var shingler: TextShingler
    private var sketcher: ShingleSketcher

    /// The last document's sketch is made of the shingles of this many bytes.
    public private(set) var textBytes = 0

    /// Creates a sketcher for an index.
    ///
    /// - Throws: ``IndexError/otherParameters(path:_:)`` where this program computes other hashes than the index holds.
    public init(parameters: IndexParameters) throws(IndexError) {
        guard let (shingling, sketching) = parameters.sketching else {
            throw .otherParameters(
                path: "index parameters",
                parameters.asWrittenHere.mismatches(with: parameters)
            )
        }
        self.parameters = parameters
        shingler = TextShingler(parameters: shingling)
        sketcher = ShingleSketcher(parameters: sketching)
    }

    /// Tokens of the last document.
    public var tokenCount: Int { shingler.tokens.count }

    /// Bytes of the last document that belong to no well-formed UTF-8 sequence.
    public var illFormedBytes: Int { shingler.illFormedBytes }

    /// Equal for documents of equal token sequences.
    public var contentHash: ContentHash {
        ContentHash(low: shingler.contentHash.low, high: shingler.contentHash.high)
    }

    /// The last document's shingle hashes, in text order.
    public var shingles: Span<UInt64> {
        @_lifetime(borrow self)
        get { shingler.shingles }
    }

    /// The last document's signature as stored.
    public var signature: Span<UInt8> {
        @_lifetime(borrow self)
        get { sketcher.packedSignature }
    }

    /// The last document's band keys.
    public var bandKeys: Span<UInt64> {
        @_lifetime(borrow self)
        get { sketcher.bandKeys }
    }

    /// The last document's distinct fingerprints, in text order.
    public var fingerprints: Span<UInt64> {
        @_lifetime(borrow self)
        get { sketcher.fingerprints }
    }

    /// The token each of ``fingerprints`` first begins at.
    public var positions: Span<UInt32> {
        @_lifetime(borrow self)
        get { sketcher.positions }
    }

    /// Sketches one text of an arena, with `TextShingler.padding` readable bytes behind it.
    package mutating func sketch(_ arena: Span<UInt8>, start: Int, count: Int) {
        textBytes = count
        shingler.read(arena, start: start, count: count)
        Self.sketch(shingler, with: &sketcher)
    }

    private static func sketch(_ shingler: borrowing TextShingler, with sketcher: inout ShingleSketcher) {
        sketcher.sketch(shingler.shingles)
    }

    /// Sketches a text of its own.
    ///
    /// Copies the text.
    public mutating func sketch(_ text: String) {
        textBytes = text.utf8.count
        shingler.read(text)
        Self.sketch(shingler, with: &sketcher)
    }

    /// Where each token of a text of an arena lies, in bytes from the text's start.
    package static func tokenRanges(of arena: Span<UInt8>, start: Int, count: Int) -> [Range<Int>] {
        TextShingler.tokenRanges(of: arena, start: start, count: count)
    }
}
