internal import ArgumentParser

/// A number of bytes as people write it: `500000`, `64m`, `2g`, `1MiB`.
package struct ByteCount: ExpressibleByArgument {
    /// The number.
    package let bytes: Int

    /// Takes a number as it is.
    package init(bytes: Int) { self.bytes = bytes }

    /// Reads a number as it is typed; nil for what is none, or is 0.
    package init?(argument: String) {
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
    package var defaultValueDescription: String {
        for (shift, unit) in [(30, "g"), (20, "m"), (10, "k")] where bytes.trailingZeroBitCount >= shift {
            return "\(bytes >> shift)\(unit)"
        }
        return "\(bytes)"
    }
}
