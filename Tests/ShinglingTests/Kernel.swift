import CKernels
import Synchronization

/// What the kernels may use of the processor; where it has less, its best.
enum Level: UInt32, CaseIterable {
    case portable, baseline, avx2, avx512

    private static let isTaken = Mutex(())

    /// Runs `body` at this level, one at a time.
    func run<Result>(_ body: () -> Result) -> Result {
        Self.isTaken.withLock { _ in
            nd_processor_use(nd_level(rawValue))
            defer { nd_processor_use(ND_LEVEL_AVX512) }
            return body()
        }
    }
}

/// What the tokenising kernel makes of a text.
struct KernelText: Equatable {
    var hashes: [UInt64]
    var ranges: [Range<Int>]
    var illFormedBytes: Int
    /// The same hashes, found without ranges: kernels go other ways then.
    var hashesAlone: [UInt64]

    /// Runs the kernel, with ranges and without; `padding` is what the bytes behind the text are.
    init(_ text: [UInt8], seed: UInt64 = 0, padding: UInt8 = 0, level: Level = .avx512) {
        let bytes = text + [UInt8](repeating: padding, count: Int(ND_TEXT_PADDING))
        let capacity = nd_token_capacity(text.count)
        var spans = [nd_token_span](repeating: nd_token_span(), count: capacity)
        var tokens = [UInt64](repeating: 0, count: capacity)
        var invalid = 0
        // Text with its padding, and room as the kernel asks for.
        var uncounted = 0
        let alone = level.run { unsafe nd_tokenise(bytes, text.count, seed, &tokens, nil, &uncounted) }
        hashesAlone = Array(tokens[..<alone])
        let count = level.run { unsafe nd_tokenise(bytes, text.count, seed, &tokens, &spans, &invalid) }
        hashes = Array(tokens[..<count])
        ranges = spans[..<count].map { Int($0.start)..<Int($0.end) }
        illFormedBytes = invalid
    }

    /// What the definition says it must be.
    init(definitionOf text: [UInt8], seed: UInt64 = 0) {
        let plain = PlainText(text)
        hashes = plain.tokenHashes(seed: seed)
        hashesAlone = hashes
        ranges = plain.tokens.map(\.range)
        illFormedBytes = plain.illFormedBytes
    }
}

/// The hashes of a text's tokens.
func hashes(_ text: String) -> [UInt64] {
    KernelText(Array(text.utf8)).hashes
}
