import CrawlModel
import StreamCompression
import TestSupport
import Testing

@testable import CrawlReading

/// Members of packed inputs are found again, in bounded memory whatever the members.
struct MemberPlacesTests {
    @Test("Members without bytes take no room, and the last of them counts")
    func emptyMembers() {
        var places = MemberPlaces()
        places.append([MemberStart(packedOffset: 0, inflatedOffset: 0)])
        for number in 1...200_000 { places.append([MemberStart(packedOffset: UInt64(number) * 20, inflatedOffset: 7)]) }
        #expect(places.count == 2)
        #expect(places.location(of: 6)?.offset == 0 && places.location(of: 7)?.offset == 4_000_000)
    }

    @Test("However many members there are, a place is reached from one of them", arguments: [1, 3] as [UInt64])
    func manyMembers(seed: UInt64) throws {
        var generator = SeededGenerator(seed: seed)
        var places = MemberPlaces()
        var packed: [UInt64: UInt64] = [:]
        var (inflated, asked) = (UInt64(0), UInt64(0))
        for number in 0..<300_000 as Range<UInt64> {
            packed[inflated] = number * 30
            places.append([MemberStart(packedOffset: number * 30, inflatedOffset: inflated)])
            inflated += .random(in: 1...3, using: &generator)
            #expect(places.count <= MemberPlaces.limit)
            guard Int.random(in: 0..<50_000, using: &generator) == 0 else { continue }
            asked = .random(in: asked..<inflated, using: &generator)
            let found = places.location(of: asked)
            let place = try #require(found)
            #expect(packed[asked - place.skip] == place.offset, "\(asked) of \(inflated)")
        }
    }
}
