import Foundation

/// What the folding makes of each scalar, read from the rows that `scripts/make_unicode_table.py --vectors` writes:
/// the definition's side of the comparison with the compact table in C.
struct FoldTable: Sendable {
    enum Kind: String {
        case separator, word, mark, single, ignored
    }

    struct Folded: Equatable {
        let kind: Kind
        let scalar: Unicode.Scalar
    }

    struct Row {
        let first: UInt32
        let last: UInt32
        /// What `first` becomes; what the others become is shifted by their distance from it.
        let folded: [Folded]
    }

    /// Ascending, without overlap; Hangul syllables, which decompose by arithmetic, have none.
    let rows: [Row]
    /// The Unicode version that the fixture states.
    let version: String

    // Without the fixture no test of this module means anything.
    static let shared = FoldTable(lines: try! fixtureLines("fold_vectors.tsv"))

    private init(lines: [String]) {
        version = lines[0].split(separator: " ")[2].trimmingCharacters(in: [";"])
        rows = lines.dropFirst()
            .map { line in
                let fields = line.split(separator: "\t", omittingEmptySubsequences: false)
                let folded = fields[2].split(separator: " ")
                    .map { part in
                        let pair = part.split(separator: ":")
                        return Folded(
                            kind: Kind(rawValue: String(pair[0]))!,
                            scalar: Unicode.Scalar(UInt32(pair[1], radix: 16)!)!
                        )
                    }
                return Row(first: UInt32(fields[0], radix: 16)!, last: UInt32(fields[1], radix: 16)!, folded: folded)
            }
    }

    /// What a scalar becomes.
    func fold(_ scalar: Unicode.Scalar) -> [Folded] {
        if (0xAC00...0xD7A3).contains(scalar.value) {
            let jamo = String(scalar).decomposedStringWithCanonicalMapping.unicodeScalars
            return jamo.map { Folded(kind: .word, scalar: $0) }
        }
        var low = 0
        var high = rows.count - 1
        while low < high {
            let middle = (low + high + 1) / 2
            if rows[middle].first <= scalar.value { low = middle } else { high = middle - 1 }
        }
        let row = rows[low]
        precondition(row.first <= scalar.value && scalar.value <= row.last, "no row for \(scalar)")
        return row.folded.map {
            Folded(kind: $0.kind, scalar: Unicode.Scalar($0.scalar.value + scalar.value - row.first)!)
        }
    }
}

/// The lines of a fixture.
func fixtureLines(_ name: String) throws -> [String] {
    let url = Bundle.module.resourceURL!.appendingPathComponent("Fixtures/\(name)")
    let text = try String(contentsOf: url, encoding: .utf8)
    return text.split(separator: "\n").map(String.init)
}
