internal import ShardFormat

/// The names of an index's files.
///
/// `manifest` lists the shards that count, and names the list of inputs and attachments; `lock` is held by the one writer.
/// A shard, tombstone file, list of inputs or attachment that the manifest does not name is left over from a writer that
/// was stopped, and the next writer removes it.
package enum IndexFiles {
    static let manifest = "manifest"
    static let newManifest = "manifest.new"
    static let lock = "lock"
    /// An attachment is read into memory whole, unless it grows.
    static let attachmentLimit = 1 << 30
    /// A manifest has about 100 bytes a shard.
    static let manifestLimit = 256 << 20
    /// A tombstone file has at most a few bytes a dead document.
    static let tombstoneLimit = 1 << 30

    /// Some 40 bytes an input.
    static let inputsLimit = 1 << 30

    static func shard(_ number: UInt64) -> String { "shard-" + padded(number) + ".ndshard" }

    static func tombstones(ofShard shard: String, generation: UInt64) -> String {
        shard.replacing(".ndshard", with: "") + "-" + padded(generation) + ".ndtombs"
    }

    static func inputs(generation: UInt64) -> String { "inputs-" + padded(generation) + ".ndinputs" }

    /// A file of the whole index that the manifest names by kind.
    static func attachment(kind: String, generation: UInt64) -> String {
        kind + "-" + padded(generation) + ".ndpart"
    }

    /// The kinds of attachments that this program understands.
    static let knownAttachments: Set<String> = [
        logKind, BoilerplateList.attachmentKind, BoilerplateCountList.attachmentKind,
    ]

    /// The kind of attachment that names the first log whose content is in no shard yet; those of the numbers after it
    /// count as well.
    package static let logKind = "log"
    private static let logPrefix = "log-"
    private static let logSuffix = ".ndlog"

    /// The log of a number.
    package static func log(_ number: UInt64) -> String { logPrefix + padded(number) + logSuffix }

    /// The number of a log; nil where the file is none.
    package static func logNumber(_ name: String) -> UInt64? {
        guard name.hasPrefix(logPrefix), name.hasSuffix(logSuffix),
            let number = UInt64(name.dropFirst(logPrefix.count).dropLast(logSuffix.count)), log(number) == name
        else { return nil }
        return number
    }

    /// What the scratch files begin with that merging into a shard may need.
    static func scratchPrefix(_ number: UInt64) -> String { "merge-" + padded(number) }

    /// Whether a file was written by an index writer and may be removed when no manifest names it.
    static func isOurs(_ name: String) -> Bool {
        holdsDocuments(name) || name.hasSuffix(".ndinputs") || name.hasSuffix(".ndpart") || name == newManifest
            || name.hasSuffix(ScratchFiles.suffix) || logNumber(name) != nil
    }

    /// Whether a file is part of an index that a manifest must name.
    static func holdsDocuments(_ name: String) -> Bool {
        name.hasSuffix(".ndshard") || name.hasSuffix(".ndtombs") || logNumber(name) != nil
    }

    /// Whether an index may hold a file of this name.
    static func isOfIndex(_ name: String) -> Bool { isOurs(name) || name == manifest || name == lock }

    private static func padded(_ number: UInt64) -> String {
        let digits = String(number)
        return String(repeating: "0", count: max(0, 8 - digits.count)) + digits
    }
}
