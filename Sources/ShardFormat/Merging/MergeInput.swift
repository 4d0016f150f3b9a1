internal import CKernels
internal import IndexStorage

/// A shard being merged: which of its documents go on, and under which numbers.
// Unchecked: one thread prepares it for a table; those that merge the table only read it.
final class MergeInput: @unchecked Sendable {
    let shard: Shard
    /// Nil where no document is dead.
    let tombstones: Tombstones?
    private let isReadLast: Bool
    /// The new numbers of the first document and of the first fingerprint that go on.
    let firstDocument: Int
    let firstOrdinal: Int
    /// How many go on.
    let documentCount: Int
    let fingerprintCount: Int
    /// What the numbering of ``Renumbering`` needs, made when it is first asked for.
    private var documents: Renumbering?
    private var ordinals: Renumbering?

    init(_ source: ShardMerge.Source, firstDocument: Int, firstOrdinal: Int) throws(ShardError) {
        shard = source.shard
        tombstones = source.tombstones?.count == 0 ? nil : source.tombstones
        isReadLast = source.isReadLast
        self.firstDocument = firstDocument
        self.firstOrdinal = firstOrdinal
        documentCount = shard.documentCount - (tombstones?.count ?? 0)
        fingerprintCount = try source.survivingFingerprints()
    }

    /// Notes that bytes of the file were read for the last time.
    func done(with bytes: Range<UInt64>) {
        guard isReadLast else { return }
        // Whatever the file says of its sections: a range that is none of its bytes is left alone.
        shard.contents.pages.file.adviseDone(Int(clamping: bytes.lowerBound)..<Int(clamping: bytes.upperBound))
    }

    /// Notes that a section was read for the last time.
    func done(with identifier: ShardLayout.SectionIdentifier) {
        for section in shard.contents.footer.sections where section.identifier == identifier {
            done(with: section.offset..<section.offset + section.length)
        }
    }

    /// Calls `body` with each run of documents that go on, ascending.
    func forEachRun(_ body: (Range<UInt32>) throws(ShardError) -> Void) throws(ShardError) {
        let count = UInt32(shard.documentCount)
        guard let tombstones else {
            if count > 0 { try body(0..<count) }
            return
        }
        var start: UInt32 = 0
        while start < count {
            if tombstones.contains(start) {
                start += 1
                continue
            }
            var end = start + 1
            while end < count, !tombstones.contains(end) { end += 1 }
            try body(start..<end)
            start = end
        }
    }

    /// Changes the values of a table's pairs to the new numbers and drops those of the dead; how many are left.
    func renumber(_ pairs: UnsafeMutableBufferPointer<UInt64>, of table: ShardLayout.Table) -> Int {
        let numbering = table == .fingerprints ? ordinals : documents
        guard let numbering else { preconditionFailure("a merge must be prepared first") }
        return unsafe numbering.apply(to: pairs)
    }

    /// About how many entries of a table go on.
    func expectedEntries(of table: ShardLayout.Table) -> Int {
        let entries = Double(shard.contents.tables[table.rawValue].entries)
        let isOfFingerprints = table == .fingerprints
        let all = isOfFingerprints ? shard.fingerprintCount : shard.documentCount
        let kept = isOfFingerprints ? fingerprintCount : documentCount
        return all == 0 ? 0 : Int(entries * Double(kept) / Double(all))
    }

    /// Makes the new numbers ready for a table's values.
    func prepare(_ table: ShardLayout.Table, _ scratch: MergeScratch) throws(ShardError) {
        if table == .fingerprints {
            ordinals = try ordinalNumbering(scratch)
        } else if documents == nil {
            documents = try documentNumbering(scratch)
        }
    }

    /// The numbers of fingerprints are the larger part, and of no more use once their table is merged.
    func forgetOrdinals() { ordinals = nil }

    private func documentNumbering(_ scratch: MergeScratch) throws(ShardError) -> Renumbering {
        guard tombstones != nil else { return .added(UInt32(firstDocument)) }
        var ranks = RankWriter(scratch.ranks(), first: firstDocument)
        try forEachRun { (run) throws(ShardError) in try ranks.keep(Int(run.lowerBound)..<Int(run.upperBound)) }
        return .ranked(try ranks.finish(valueCount: shard.documentCount))
    }

    private func ordinalNumbering(_ scratch: MergeScratch) throws(ShardError) -> Renumbering {
        guard tombstones != nil else { return .added(UInt32(firstOrdinal)) }
        var ranks = RankWriter(scratch.ranks(), first: firstOrdinal)
        try forEachRun { (run) throws(ShardError) in
            let first = try shard.fingerprintRange(of: run.lowerBound).lowerBound
            let end = try shard.fingerprintRange(of: run.upperBound - 1).upperBound
            // Ranges that do not ascend are what no writer leaves.
            guard first <= end else { throw shard.brokenOrdinals }
            try ranks.keep(Int(first)..<Int(end))
        }
        return .ranked(try ranks.finish(valueCount: shard.fingerprintCount))
    }
}

/// How the values of a source's table become those of the merged one.
enum Renumbering {
    /// All go on, at this distance.
    case added(UInt32)
    /// Some go on; see ``RankWriter``.
    case ranked(SpilledBytes)

    func apply(to pairs: UnsafeMutableBufferPointer<UInt64>) -> Int {
        switch self {
        case .added(let number):
            // As many pairs as the buffer has.
            unsafe nd_values_add(pairs.baseAddress, pairs.count, number)
            return pairs.count
        case .ranked(let ranks):
            // There are ranks for every value below the table's limit, which reading has checked.
            return unsafe ranks.withWords { unsafe nd_values_rank(pairs.baseAddress, pairs.count, $0.baseAddress) }
        }
    }
}

/// Writes for each 64 values which of them go on, and the new number of the first of these.
struct RankWriter: ~Copyable {
    private let ranks: SpilledBytes
    private var buffer = GrowableBuffer<UInt64>()
    private var number: UInt64
    /// The 64 values that are open: their place, and which of them go on.
    private var place = 0
    private var kept: UInt64 = 0

    private static let bufferWords = 8192

    init(_ ranks: SpilledBytes, first: Int) {
        self.ranks = ranks
        number = UInt64(first)
    }

    /// These values go on; ranges ascend.
    mutating func keep(_ values: Range<Int>) throws(ShardError) {
        var start = values.lowerBound
        while start < values.upperBound {
            try advance(to: start / 64)
            let end = min(values.upperBound, (start / 64 + 1) * 64)
            let count = end - start
            kept |= (count == 64 ? ~0 : (1 << UInt64(count)) - 1) << UInt64(start % 64)
            start = end
        }
    }

    private mutating func advance(to target: Int) throws(ShardError) {
        while place < target {
            buffer.append(kept)
            buffer.append(number)
            number += UInt64(kept.nonzeroBitCount)
            kept = 0
            place += 1
            if buffer.count >= Self.bufferWords { try flush() }
        }
    }

    private mutating func flush() throws(ShardError) {
        let ranks = ranks
        try buffer.withSpan { (span) throws(ShardError) in try ranks.add(span) }
        buffer.removeAll(keepingCapacity: true)
    }

    consuming func finish(valueCount: Int) throws(ShardError) -> SpilledBytes {
        try advance(to: (valueCount + 63) / 64)
        try flush()
        try ranks.finish()
        return ranks
    }
}

extension ShardMerge.Source {
    /// The fingerprints of the documents that go on.
    func survivingFingerprints() throws(ShardError) -> Int {
        let count = shard.documentCount
        guard count > 0 else { return 0 }
        // What follows relies on the ordinals of all documents being those of the shard.
        guard try shard.fingerprintRange(of: 0).lowerBound == 0,
            try Int(shard.fingerprintRange(of: UInt32(count - 1)).upperBound) == shard.fingerprintCount
        else { throw shard.brokenOrdinals }
        var dead = 0
        for document in tombstones?.documents ?? [] { dead += try shard.fingerprintRange(of: document).count }
        guard dead <= shard.fingerprintCount else { throw shard.brokenOrdinals }
        return shard.fingerprintCount - dead
    }
}

extension Shard {
    /// First ordinals that do not count up to the number of fingerprints.
    var brokenOrdinals: ShardError {
        contents.pages.corrupt(
            .firstOrdinals,
            at: contents.ordinals.first_offset,
            expected: "numbers from 0 up to \(fingerprintCount)",
            found: "others"
        )
    }
}
