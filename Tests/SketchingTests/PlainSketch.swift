import TestSupport

// The definition that the kernels must agree with bit for bit, as plainly as it can be said: slow, and sharing no code
// with them.

/// What the definition makes of a document's shingle hashes.
enum PlainSketch {
    static let golden: UInt64 = 0x9E37_79B9_7F4A_7C15
    static let mixA: UInt64 = 0xBF58_476D_1CE4_E5B9
    static let mixB: UInt64 = 0x94D0_49BB_1331_11EB

    /// The finaliser of splitmix64 (Steele, Lea & Flood 2014).
    static func mix(_ value: UInt64) -> UInt64 {
        let first = (value ^ value >> 30) &* mixA
        let second = (first ^ first >> 27) &* mixB
        return second ^ second >> 31
    }

    /// The order in which an empty bin looks at the others: Fisher and Yates' shuffle under a seed of the bin's own.
    static func donors(of bin: Int, values: Int) -> [Int] {
        var order = Array(0..<values)
        var state = mix(UInt64(bin) + 1)
        for last in stride(from: values - 1, to: 0, by: -1) {
            state &+= golden
            let random = mix(state) >> 32
            order.swapAt(last, Int((random * UInt64(last + 1)) >> 32))
        }
        return order
    }

    /// One-permutation hashing: the high half of a hash chooses the bin, the low half is the value.
    static func signature(_ shingles: [UInt64], values: Int) -> [UInt32] {
        func bin(_ shingle: UInt64) -> Int { Int(((shingle >> 32) * UInt64(values)) >> 32) }
        // All ones means an empty bin: a hash with such a low half fills none.
        let filling = shingles.filter { UInt32(truncatingIfNeeded: $0) != .max }
        var minima = (0..<values)
            .map { number in filling.filter { bin($0) == number }.map(UInt32.init(truncatingIfNeeded:)).min() }
        if filling.isEmpty { minima[0] = .max - 1 }
        return (0..<values)
            .map { bin in
                if let least = minima[bin] { return least }
                let donor = donors(of: bin, values: values).first { minima[$0] != nil }!
                return min(UInt32(mix(UInt64(bin) << 32 | UInt64(minima[donor]!)) >> 32), .max - 1)
            }
    }

    /// The low `bits` of each value, one after the other, lowest bit first.
    static func packed(_ signature: [UInt32], bits: Int) -> [UInt8] {
        let all = signature.flatMap { value in (0..<bits).map { value >> UInt32($0) & 1 } }
        return stride(from: 0, to: all.count, by: 8)
            .map { start in
                (0..<8).reduce(UInt8(0)) { $0 | UInt8(all[start + $1]) << UInt8($1) }
            }
    }

    static func bandKeys(_ signature: [UInt32], bands: Int, rows: Int) -> [UInt64] {
        (0..<bands)
            .map { band in
                var key = UInt64(band + 1) &* golden
                for value in signature[band * rows..<(band + 1) * rows] {
                    key = (key ^ UInt64(value)) &* mixA
                    key ^= key >> 32
                }
                return mix(key)
            }
    }

    /// The least of every window by the hash's high 26 bits, and among equals by the position modulo 64.
    static func winnowed(_ shingles: [UInt64], window: Int) -> [Int] {
        if shingles.isEmpty { return [] }
        let length = min(window, shingles.count)
        let chosen = (0...shingles.count - length)
            .map { start in
                (start..<start + length)
                    .min { one, other in
                        (shingles[one] >> 38, one % 64) < (shingles[other] >> 38, other % 64)
                    }!
            }
        return Set(chosen).sorted()
    }

    /// The low 38 bits of the hash, moved up.
    static func key(_ shingle: UInt64) -> UInt64 { shingle << 26 }

    /// The winnowed shingles, each key once, where it comes first.
    static func fingerprints(_ shingles: [UInt64], window: Int) -> [(position: Int, key: UInt64)] {
        var seen: Set<UInt64> = []
        return winnowed(shingles, window: window).map { ($0, key(shingles[$0])) }.filter { seen.insert($0.1).inserted }
    }
}
