import CKernels

/// What the tokenising kernel makes of a text.
struct KernelText: Equatable {
    enum BlockScan: CaseIterable {
        case chosen, portable
    }

    var hashes: [UInt64]
    var ranges: [Range<Int>]
    var illFormedBytes: Int

    /// Runs the kernel; `padding` is what the bytes behind the text are.
    init(_ text: [UInt8], seed: UInt64 = 0, padding: UInt8 = 0, scan: BlockScan = .chosen) {
        let bytes = text + [UInt8](repeating: padding, count: Int(ND_TEXT_PADDING))
        let capacity = nd_token_capacity(text.count)
        var spans = [nd_token_span](repeating: nd_token_span(), count: capacity)
        var tokens = [UInt64](repeating: 0, count: capacity)
        var invalid = 0
        let tokenise = scan == .chosen ? unsafe nd_tokenise : unsafe nd_tokenise_portable
        // Text with its padding, and room as the kernel asks for.
        let count = unsafe tokenise(bytes, text.count, seed, &tokens, &spans, &invalid)
        hashes = Array(tokens[..<count])
        ranges = spans[..<count].map { Int($0.start)..<Int($0.end) }
        illFormedBytes = invalid
    }

    /// What the definition says it must be.
    init(definitionOf text: [UInt8], seed: UInt64 = 0) {
        let plain = PlainText(text)
        hashes = plain.tokenHashes(seed: seed)
        ranges = plain.tokens.map(\.range)
        illFormedBytes = plain.illFormedBytes
    }
}

/// The hashes of a text's tokens.
func hashes(_ text: String) -> [UInt64] {
    KernelText(Array(text.utf8)).hashes
}
