import CBrotli

/// Unpacks brotli.
@safe
struct BrotliDecoder: ~Copyable {
    /// The decoder's state, owned by this value alone.
    private let state: OpaquePointer
    private(set) var isDone = false

    init() throws(CompressionError) {
        guard let state = unsafe BrotliDecoderCreateInstance(nil, nil, nil) else {
            throw .outOfMemory("a brotli decoder")
        }
        unsafe self.state = unsafe state
    }

    deinit { unsafe BrotliDecoderDestroyInstance(state) }

    mutating func decode(
        _ input: UnsafeRawBufferPointer,
        into output: UnsafeMutableRawBufferPointer
    ) throws(CompressionError) -> DecodeStep {
        guard !isDone else { return DecodeStep(consumed: 0, produced: 0) }
        var inputCount = input.count
        var outputCount = output.count
        // The decoder moves these within the two buffers, which outlive the call.
        var nextInput = unsafe input.baseAddress?.assumingMemoryBound(to: UInt8.self)
        var nextOutput = unsafe output.baseAddress?.assumingMemoryBound(to: UInt8.self)
        let result = unsafe BrotliDecoderDecompressStream(
            state,
            &inputCount,
            &nextInput,
            &outputCount,
            &nextOutput,
            nil
        )
        isDone = result == BROTLI_DECODER_RESULT_SUCCESS
        let produced = output.count - outputCount
        if result == BROTLI_DECODER_RESULT_ERROR, produced == 0 {
            throw .corrupt(kind: .plain, detail: "damaged brotli data", offset: 0)
        }
        return DecodeStep(consumed: input.count - inputCount, produced: produced)
    }
}
