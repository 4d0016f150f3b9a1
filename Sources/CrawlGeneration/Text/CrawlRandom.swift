/// splitmix64 (Steele, Lea & Flood 2014): the numbers a crawl is made of, the same on every machine.
struct CrawlRandom {
    private var state: UInt64

    init(_ key: UInt64) { state = key }

    @inline(__always)
    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        return Self.mix(state)
    }

    /// A number from 0 to `bound - 1`, none of them favoured by more than `bound / 2^64`.
    @inline(__always)
    mutating func below(_ bound: Int) -> Int {
        Int(next().multipliedFullWidth(by: UInt64(bound)).high)
    }

    /// A number of `range`.
    mutating func within(_ range: ClosedRange<Int>) -> Int {
        range.lowerBound + below(range.upperBound - range.lowerBound + 1)
    }

    /// Whether something that happens to this share happens.
    mutating func happens(_ share: Proportion) -> Bool { below(10_000) < share.tenThousandths }

    /// What the numbers are for; each has a sequence of its own for each page or host.
    enum Purpose: UInt64 {
        case vocabulary = 1
        case role, original, host, article, variation, identity, request, otherRecord, address
        case hostName, hostScript, hostTemplate, hostMarkup, commonNotice, negative, emphasis, transfer
    }

    /// A key for one thing of a crawl.
    static func key(_ seed: UInt64, _ purpose: Purpose, _ number: Int) -> UInt64 {
        mix(mix(seed &+ purpose.rawValue &* 0xD1B5_4A32_D192_ED03) ^ UInt64(truncatingIfNeeded: number))
    }

    /// A key for a part of a thing.
    static func part(_ key: UInt64, _ number: Int) -> UInt64 {
        mix(key ^ mix(UInt64(truncatingIfNeeded: number) &+ 0x2545_F491_4F6C_DD1D))
    }

    @inline(__always)
    private static func mix(_ value: UInt64) -> UInt64 {
        let first = (value ^ value >> 30) &* 0xBF58_476D_1CE4_E5B9
        let second = (first ^ first >> 27) &* 0x94D0_49BB_1331_11EB
        return second ^ second >> 31
    }
}
