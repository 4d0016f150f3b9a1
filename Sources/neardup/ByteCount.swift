import ArgumentParser

/// A number of bytes as people write it: `500000`, `64m`, `2g`, `1MiB`.
struct ByteCount: ExpressibleByArgument {
    let bytes: Int

    init(bytes: Int) { self.bytes = bytes }

    init?(argument: String) {
        let digits = argument.prefix { $0.isASCII && $0.isNumber }
        guard let number = Int(digits), number > 0 else { return nil }
        let shift: Int
        switch argument.dropFirst(digits.count).lowercased() {
        case "", "b": shift = 0
        case "k", "kb", "kib": shift = 10
        case "m", "mb", "mib": shift = 20
        case "g", "gb", "gib": shift = 30
        case "t", "tb", "tib": shift = 40
        default: return nil
        }
        guard number <= Int.max >> shift else { return nil }
        bytes = number << shift
    }

    /// As it would be typed.
    var defaultValueDescription: String {
        for (shift, unit) in [(30, "g"), (20, "m"), (10, "k")] where bytes.trailingZeroBitCount >= shift {
            return "\(bytes >> shift)\(unit)"
        }
        return "\(bytes)"
    }

    /// `1.4 GB`, in powers of 1,000, as disks and rates are told.
    static func description(_ bytes: Int) -> String {
        var value = Double(bytes)
        for unit in ["B", "kB", "MB", "GB"] {
            if value < 1000 { return unit == "B" ? "\(bytes) B" : "\(rounded(value)) \(unit)" }
            value /= 1000
        }
        return "\(rounded(value)) TB"
    }

    private static func rounded(_ value: Double) -> String {
        value < 100 ? Figures.decimals(value, 1) : "\(Int(value.rounded()))"
    }
}
