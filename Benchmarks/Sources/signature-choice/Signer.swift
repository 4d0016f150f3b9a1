import CSignatureChoice
import Shingling

/// Signs texts by one method under one hash seed.
struct Signer {
    let method: Method
    let values: Int
    private let seed: UInt64
    private let factors: [UInt64]
    private let terms: [UInt64]
    private let narrowFactors: [UInt32]
    private let narrowTerms: [UInt32]
    private let donors: [UInt16]

    init(method: Method, values: Int, seed: UInt64) {
        self.method = method
        self.values = values
        self.seed = seed
        var random = SplitMix(seed: seed)
        // Odd factors: a permutation of the hashes.
        factors = (0..<values).map { _ in random.next() | 1 }
        terms = (0..<values).map { _ in random.next() }
        narrowFactors = factors.map { UInt32($0 >> 32) | 1 }
        narrowTerms = terms.map { UInt32($0 >> 32) }
        var donors = [UInt16](repeating: 0, count: values * values)
        // values x values entries, as the kernel writes.
        unsafe nd_choice_donors(&donors, values)
        self.donors = donors
    }

    /// The values of every text before truncation; the seed changes the shingle hashes too.
    func signatures(of texts: [String]) -> [[UInt32]] {
        var shingler = TextShingler(parameters: ShinglingParameters(seed: seed))
        var signature = [UInt32](repeating: 0, count: values)
        return texts.map { text in
            shingler.read(text)
            sign(shingler.shingles, &signature)
            return signature
        }
    }

    /// Signs one text, given its shingle hashes.
    func sign(_ shingles: Span<UInt64>, _ signature: inout [UInt32]) {
        unsafe shingles.withUnsafeBufferPointer { hashes in
            // All tables and the signature have `values` entries.
            switch method {
            case .minima32:
                unsafe nd_k_minima_32(
                    hashes.baseAddress,
                    hashes.count,
                    narrowFactors,
                    narrowTerms,
                    &signature,
                    values
                )
            case .minima64:
                unsafe nd_k_minima_64(hashes.baseAddress, hashes.count, factors, terms, &signature, values)
            case .onePermutation:
                unsafe nd_choice_one_permutation(hashes.baseAddress, hashes.count, donors, &signature, values)
            }
        }
    }
}
