/// A parameter in which an index differs from what it should be compared with.
public struct ParameterMismatch: Hashable, Sendable, CustomStringConvertible {
    /// The parameter.
    public let name: String
    /// What the caller works with.
    public let expected: String
    /// What the index says.
    public let found: String

    /// Whether it is a version, which no option changes.
    public var isOfVersion: Bool { name.hasSuffix("version") }

    /// The name, and both values.
    public var description: String { "\(name): expected \(expected), found \(found)" }
}

extension IndexParameters {
    /// The parameters in which an index differs from these, in the order of the header; empty where it can be used.
    public func mismatches(with found: IndexParameters) -> [ParameterMismatch] {
        zip(named, found.named)
            .compactMap { mine, theirs in
                mine.value == theirs.value
                    ? nil : ParameterMismatch(name: mine.name, expected: mine.value, found: theirs.value)
            }
    }

    private var named: [(name: String, value: String)] {
        [
            ("hash version", "\(hashVersion)"),
            ("Unicode version", "\(unicodeVersion >> 16).\(unicodeVersion >> 8 & 255).\(unicodeVersion & 255)"),
            ("hash seed", "\(seed)"),
            ("tokens in a shingle", "\(shingleTokens)"),
            ("winnowing window", "\(window)"),
            ("signature values", "\(signatureValues)"),
            ("signature bits", "\(signatureBits)"),
            ("bands", "\(bands)"),
            ("rows", "\(rows)"),
            ("minimum tokens", "\(minimumTokens)"),
            ("near threshold", "\(nearThreshold)"),
            ("recall goal", "\(recallGoal)"),
        ]
    }
}
