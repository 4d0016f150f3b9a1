/// Counts by name, of a bounded number of names that come from outside.
///
/// Names beyond the first ``mostNames`` are counted together as `other`; so an input that makes up names takes no memory.
public struct NamedCounts: Sendable, Hashable {
    /// How many names are told apart.
    public static let mostNames = 64
    /// How many bytes of a name count.
    static let mostBytes = 64

    private var names: [[UInt8]] = []
    private var counts: [Int] = []
    private var others = 0

    /// Creates counts of nothing.
    public init() {}

    /// The sum of all counts.
    public var total: Int { counts.reduce(others, +) }

    /// Whether nothing was counted.
    public var isEmpty: Bool { counts.isEmpty && others == 0 }

    /// The names and their counts, the highest first, equal ones by name; last what has no name of its own.
    public var byCount: [(name: String, count: Int)] {
        let named = zip(names, counts).map { (name: String(decoding: $0, as: UTF8.self), count: $1) }
        let sorted = named.sorted { ($1.count, $0.name) < ($0.count, $1.name) }
        return others > 0 ? sorted + [(name: "other", count: others)] : sorted
    }

    /// The count of a name.
    public subscript(name: String) -> Int {
        let bytes = Array(name.utf8)
        return names.firstIndex(of: bytes).map { counts[$0] } ?? (name == "other" ? others : 0)
    }

    /// Counts one of a name; letters count in lower case, bytes beyond printable ASCII as `?`.
    ///
    /// Allocates where the name is new; O(length of the name) for each name there is.
    package mutating func add(_ name: UnsafeRawBufferPointer) {
        let length = min(name.count, Self.mostBytes)
        // The names met in one input are few; the one met last is tried where it lies.
        for index in names.indices where names[index].count == length {
            var at = 0
            while at < length, unsafe names[index][at] == Self.printable(name[at]) { at += 1 }
            guard at == length else { continue }
            counts[index] += 1
            return
        }
        add(unsafe name.prefix(length).map(Self.printable), count: 1)
    }

    /// Counts one of a name.
    package mutating func add(_ name: StaticString) {
        // A static string's bytes are there for good.
        unsafe add(UnsafeRawBufferPointer(start: name.utf8Start, count: name.utf8CodeUnitCount))
    }

    /// Adds other counts.
    public mutating func add(_ other: NamedCounts) {
        for (name, count) in zip(other.names, other.counts) { add(name, count: count) }
        others += other.others
    }

    private mutating func add(_ name: [UInt8], count: Int) {
        if let index = names.firstIndex(of: name) {
            counts[index] += count
        } else if names.count < Self.mostNames {
            names.append(name)
            counts.append(count)
        } else {
            others += count
        }
    }

    package mutating func removeAll() {
        names.removeAll(keepingCapacity: true)
        counts.removeAll(keepingCapacity: true)
        others = 0
    }

    private static func printable(_ byte: UInt8) -> UInt8 {
        switch byte {
        case 0x41...0x5A: byte | 0x20
        case 0x20...0x7E: byte
        default: UInt8(ascii: "?")
        }
    }
}
