import CrawlModel
import StreamCompression

/// Where the members of a packed input begin, as far back as records are still asked about; in bounded memory.
struct MemberPlaces {
    /// Members remembered at most; 16 bytes each.
    static let limit = 1 << 16

    private var members: [MemberStart] = []
    /// The one that the place asked for last lies in.
    private var current = 0

    /// Members remembered.
    var count: Int { members.count }

    /// Adds members, in order.
    mutating func append(_ starts: [MemberStart]) {
        for start in starts {
            // Nothing lies in a member without bytes: the next one takes its place. There could be any number.
            if members.last?.inflatedOffset == start.inflatedOffset { members.removeLast() }
            members.append(start)
            if members.count >= Self.limit { thinOut() }
        }
    }

    /// The member the inflated byte at `offset` lies in, or one before it; offsets must not fall from call to call.
    mutating func location(of offset: UInt64) -> PackedLocation? {
        guard !members.isEmpty else { return nil }
        current = min(current, members.count - 1)
        while current + 1 < members.count, members[current + 1].inflatedOffset <= offset { current += 1 }
        if current >= 1024 {
            members.removeFirst(current)
            current = 0
        }
        let start = members[current]
        guard start.inflatedOffset <= offset else { return nil }
        return PackedLocation(offset: start.packedOffset, skip: offset - start.inflatedOffset)
    }

    /// Forgets every other member that is still to be asked about.
    ///
    /// One record can lie in millions of members of a byte each. A byte is then reached from an earlier member's start,
    /// by reading over more.
    private mutating func thinOut() {
        members.removeFirst(current)
        current = 0
        members = members.indices.compactMap { $0.isMultiple(of: 2) ? members[$0] : nil }
    }
}
