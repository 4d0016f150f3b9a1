import CISAL

/// Inflates bare deflate data with ISA-L.
@safe
struct DeflateDecoder: ~Copyable {
    private var state = InflateState()
    private var skipped: Int
    private(set) var isDone = false

    init(skipping headerLength: Int) {
        skipped = headerLength
    }

    /// The length of zlib's header where there is one: method 8, a window that exists, and a check that holds.
    static func headerLength(_ prefix: UnsafeRawBufferPointer) -> Int {
        guard prefix.count >= 2, unsafe prefix[0] & 0x0F == 8, unsafe prefix[0] >> 4 <= 7,
            unsafe (Int(prefix[0]) << 8 | Int(prefix[1])) % 31 == 0
        else { return 0 }
        return 2
    }

    mutating func decode(
        _ input: UnsafeRawBufferPointer,
        into output: UnsafeMutableRawBufferPointer
    ) throws(CompressionError) -> DecodeStep {
        guard !isDone else { return DecodeStep(consumed: 0, produced: 0) }
        let header = min(skipped, input.count)
        skipped -= header
        let step = unsafe state.inflate(UnsafeRawBufferPointer(rebasing: input[header...]), into: output)
        isDone = state.isDone
        let isDamaged = step.code != ISAL_DECOMP_OK && step.code != ISAL_END_INPUT && step.code != ISAL_OUT_OVERFLOW
        if isDamaged, step.produced == 0 {
            throw .corrupt(kind: .gzip, detail: "ISA-L error \(step.code) in deflate data", offset: 0)
        }
        return DecodeStep(consumed: header + step.consumed, produced: step.produced)
    }
}
