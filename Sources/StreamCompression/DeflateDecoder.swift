import CISAL

/// Inflates bare deflate data with ISA-L.
@safe
struct DeflateDecoder: ~Copyable {
    /// ISA-L's state, owned by this value alone.
    private let state: UnsafeMutablePointer<inflate_state>
    private var skipped: Int
    private(set) var isDone = false

    init(skipping headerLength: Int) {
        skipped = headerLength
        unsafe state = InflatedOutput.makeState()
    }

    deinit { unsafe state.deallocate() }

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
        // ISA-L counts in 32 bits; more is taken by the next step.
        let inputCount = UInt32(min(input.count - header, 1 << 30))
        let outputCount = UInt32(min(output.count, 1 << 30))
        // ISA-L only reads through `next_in`, and both pointers are set anew before each call, so none outlives its buffer.
        unsafe state.pointee.next_in = UnsafeMutablePointer(
            mutating: input.baseAddress.map { unsafe ($0 + header).assumingMemoryBound(to: UInt8.self) }
        )
        unsafe state.pointee.avail_in = inputCount
        unsafe state.pointee.next_out = output.baseAddress?.assumingMemoryBound(to: UInt8.self)
        unsafe state.pointee.avail_out = outputCount
        let code = unsafe isal_inflate(state)
        let consumed = min(max(Int(inputCount) - Int(unsafe state.pointee.avail_in), 0), Int(inputCount))
        let given = min(max(Int(outputCount) - Int(unsafe state.pointee.avail_out), 0), Int(outputCount))
        let produced = InflatedOutput.reliable(given, code: code)
        isDone = unsafe state.pointee.block_state == ISAL_BLOCK_FINISH
        let isDamaged = code != ISAL_DECOMP_OK && code != ISAL_END_INPUT && code != ISAL_OUT_OVERFLOW
        if isDamaged, produced == 0 {
            throw .corrupt(kind: .gzip, detail: "ISA-L error \(code) in deflate data", offset: 0)
        }
        return DecodeStep(consumed: header + consumed, produced: produced)
    }
}
