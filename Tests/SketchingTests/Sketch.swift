import Sketching

/// A sketch as values that tests can compare.
struct Sketch: Equatable {
    var signature: [UInt32]
    var packed: [UInt8]
    var bandKeys: [UInt64]
    var positions: [UInt32]
    var keys: [UInt64]

    /// What a sketcher has made last.
    init(_ sketcher: borrowing ShingleSketcher) {
        signature = Array(copying: sketcher.signature)
        packed = Array(copying: sketcher.packedSignature)
        bandKeys = Array(copying: sketcher.bandKeys)
        positions = Array(copying: sketcher.positions)
        keys = Array(copying: sketcher.fingerprints)
    }

    /// What a new sketcher makes.
    init(_ shingles: [UInt64], _ parameters: SketchingParameters) {
        var sketcher = ShingleSketcher(parameters: parameters)
        sketcher.sketch(shingles.span)
        self.init(sketcher)
    }

    /// What the definition says.
    init(definitionOf shingles: [UInt64], _ parameters: SketchingParameters) {
        signature = shingles.isEmpty ? [] : PlainSketch.signature(shingles, values: parameters.values)
        packed = PlainSketch.packed(signature, bits: parameters.bits)
        bandKeys =
            shingles.isEmpty
            ? []
            : PlainSketch.bandKeys(signature, bands: parameters.banding.bands, rows: parameters.banding.rows)
        let fingerprints = PlainSketch.fingerprints(shingles, window: parameters.window)
        positions = fingerprints.map { UInt32($0.position) }
        keys = fingerprints.map(\.key)
    }
}

extension Array where Element: BitwiseCopyable {
    init(copying span: Span<Element>) {
        self = span.indices.map { span[$0] }
    }
}
