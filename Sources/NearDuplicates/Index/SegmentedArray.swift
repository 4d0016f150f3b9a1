/// An array that grows without being copied: values lie in segments of so many.
///
/// An array of tens of megabytes that doubles stands still while it is copied, and takes twice its memory then.
struct SegmentedArray<Element> {
    private static var segmentLength: Int { 1024 }

    private var segments: [[Element]] = []
    /// How many values there are.
    private(set) var count = 0

    /// Adds a value at the end; O(1).
    mutating func append(_ value: Element) {
        if count % Self.segmentLength == 0 {
            segments.append([])
            segments[segments.count - 1].reserveCapacity(Self.segmentLength)
        }
        segments[segments.count - 1].append(value)
        count += 1
    }

    /// The value of a number below ``count``.
    subscript(index: Int) -> Element { segments[index / Self.segmentLength][index % Self.segmentLength] }

    mutating func removeAll() {
        segments.removeAll()
        count = 0
    }
}

/// Runs of bytes, each in one piece, that lie in segments and are never copied again.
struct SegmentedBytes {
    private static let segmentBytes = 64 << 10

    /// Where a run begins.
    struct Place {
        fileprivate var segment: UInt32
        fileprivate var offset: UInt32
    }

    private var segments: [[UInt8]] = []
    /// The bytes of all runs.
    private(set) var count = 0

    /// Adds a run of less than 4 GiB; one that is longer than a segment has its own.
    mutating func append(_ run: Span<UInt8>) -> Place {
        if segments.isEmpty || segments[segments.count - 1].count + run.count > Self.segmentBytes {
            segments.append([])
            segments[segments.count - 1].reserveCapacity(max(Self.segmentBytes, run.count))
        }
        let last = segments.count - 1
        let place = Place(segment: UInt32(last), offset: UInt32(segments[last].count))
        segments[last].append(run)
        count += run.count
        return place
    }

    /// Whether a run begins with these bytes; they must not be more than it has.
    func holds(_ bytes: Span<UInt8>, at place: Place) -> Bool {
        let start = Int(place.offset)
        let segment = segments[Int(place.segment)]
        return bytes.indices.allSatisfy { bytes[$0] == segment[start + $0] }
    }

    mutating func removeAll() {
        segments.removeAll()
        count = 0
    }
}
