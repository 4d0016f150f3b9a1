import Foundation
import Testing

/// The fixture, and so the table, against the Unicode data of Swift and Foundation, which come from elsewhere.
///
/// Only scalars assigned by Unicode 14: what later versions added, a toolchain may not know.
@Suite struct UnicodeDataTests {
    /// Where the table means to differ from the plain rule, or the check here can't tell.
    private static let exceptions: Set<UInt32> = [
        0x131,  // dotless i: folds to itself, but its upper case is I
        0x1D6A4,  // mathematical dotless i
        0x1E9E,  // capital sharp s: folds to ss, but its lower case is sharp s
        0x1D372, 0x1D373, 0x1D374, 0x1D375, 0x1D376,  // ideographic tally marks: numbers, in no script's block
    ]

    private static func isKnown(_ scalar: Unicode.Scalar) -> Bool {
        guard let age = scalar.properties.age else { return false }
        return age.major <= 14
    }

    /// Scalars that the table treats as if they were not there, whatever their category: see `IGNORABLE` in the script.
    private static func isIgnorable(_ scalar: Unicode.Scalar) -> Bool {
        (0x300...0x36F).contains(scalar.value) || scalar.properties.generalCategory == .format
            || scalar.properties.isDefaultIgnorableCodePoint
    }

    /// Decomposed for compatibility, without U+0300 to U+036F.
    private static func decomposed(_ text: String) -> String {
        var result = String.UnicodeScalarView()
        for scalar in text.decomposedStringWithCompatibilityMapping.unicodeScalars
        where !(0x300...0x36F).contains(scalar.value) {
            result.append(scalar)
        }
        return String(result)
    }

    /// The case folding of a scalar, as near as case mappings come to it: the lower case of its upper case.
    private static func caseFolded(_ scalar: Unicode.Scalar) -> String {
        // Cherokee folds to upper case, which came first.
        if (0x13A0...0x13FF).contains(scalar.value) || (0xAB70...0xABBF).contains(scalar.value) {
            return scalar.properties.uppercaseMapping
        }
        return scalar.properties.uppercaseMapping.unicodeScalars.map(\.properties.lowercaseMapping).joined()
    }

    private static func kind(of scalar: Unicode.Scalar) -> FoldTable.Kind {
        if isIgnorable(scalar) { return .ignored }
        switch scalar.properties.generalCategory {
        case .nonspacingMark, .spacingMark, .enclosingMark:
            return .mark
        case .decimalNumber:
            return .word
        case .uppercaseLetter, .lowercaseLetter, .titlecaseLetter, .modifierLetter, .otherLetter, .letterNumber,
            .otherNumber:
            return isWrittenWithoutSpaces(scalar) ? .single : .word
        default:
            return .separator
        }
    }

    /// Told by the scalar's name, where the script of the table tells it by block.
    private static func isWrittenWithoutSpaces(_ scalar: Unicode.Scalar) -> Bool {
        if scalar.properties.isIdeographic { return true }
        let name = scalar.properties.name ?? ""
        let scripts = [
            "THAI ", "LAO ", "KHMER ", "MYANMAR ", "HIRAGANA ", "KATAKANA ", "KATAKANA-HIRAGANA ", "HENTAIGANA ",
            "VERTICAL KANA ", "IDEOGRAPHIC ",
            "MASU MARK",
        ]
        return name.hasSuffix(" ITERATION MARK") || scripts.contains { name.hasPrefix($0) }
    }

    @Test func everyScalarOfUnicode14FoldsAsSwiftsUnicodeSays() {
        var checked = 0
        var differences: [String] = []
        for value in UInt32(0x20)...0x10FFFF {
            guard let scalar = Unicode.Scalar(value), Self.isKnown(scalar), !Self.exceptions.contains(value) else {
                continue
            }
            // Of the unified ideographs, which are all alike, one in eleven.
            if scalar.properties.isUnifiedIdeograph, value % 11 != 0 { continue }
            checked += 1
            let found = FoldTable.shared.fold(scalar)
            if Self.isIgnorable(scalar) {
                if found.contains(where: { $0.kind != .ignored }) {
                    differences.append("U+\(String(value, radix: 16)) stays")
                }
                continue
            }
            let lower = Self.decomposed(String(scalar)).unicodeScalars.map(Self.caseFolded).joined()
            let expected = Self.decomposed(lower).unicodeScalars
            if found.map(\.scalar) != Array(expected) || found.map(\.kind) != expected.map(Self.kind) {
                differences.append(
                    "U+\(String(value, radix: 16)): table \(found), Swift \(expected.map { ($0, Self.kind(of: $0)) })"
                )
            }
        }
        #expect(checked > 40_000)
        #expect(differences.isEmpty, "\(differences.count) differ: \(differences.prefix(40).joined(separator: "\n"))")
    }
}
