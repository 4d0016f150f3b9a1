/// A share of a whole in ten-thousandths: an integer, so that no rounding of a machine's can change a crawl.
public struct Proportion: Sendable, Hashable, CustomStringConvertible {
    /// The share, in ten-thousandths.
    public let tenThousandths: Int

    /// Creates a share; it is held between nothing and the whole.
    public init(tenThousandths: Int) { self.tenThousandths = min(max(tenThousandths, 0), 10_000) }

    /// A share in hundredths.
    public static func percent(_ percent: Int) -> Proportion {
        Proportion(tenThousandths: 100 * min(max(percent, 0), 100))
    }

    /// Reads `0.33` or `1`: at most four digits after the point; nil for anything else.
    public init?(_ text: String) {
        let parts = text.split(separator: ".", omittingEmptySubsequences: false)
        guard parts.count <= 2, parts[0] == "0" || parts[0] == "1" || (parts[0].isEmpty && parts.count == 2) else {
            return nil
        }
        let digits = parts.count == 2 ? String(parts[1]) : "0"
        guard (1...4).contains(digits.utf8.count), digits.utf8.allSatisfy({ (0x30...0x39).contains($0) }) else {
            return nil
        }
        let fraction = Int(digits + String(repeating: "0", count: 4 - digits.utf8.count))!
        let whole = parts[0] == "1" ? 10_000 : 0
        guard whole + fraction <= 10_000 else { return nil }
        tenThousandths = whole + fraction
    }

    /// As it is read.
    public var description: String {
        if tenThousandths == 10_000 { return "1" }
        var digits = String(10_000 + tenThousandths).dropFirst()
        while digits.count > 1, digits.last == "0" { digits.removeLast() }
        return "0." + digits
    }
}
