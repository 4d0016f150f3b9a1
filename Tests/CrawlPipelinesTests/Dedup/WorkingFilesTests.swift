import CrawlModel
import Foundation
import IndexStorage
import TestSupport
import Testing

@testable import CrawlPipelines

/// What a run leaves for the next.
struct WorkingFilesTests {
    @Test("the state is read as it was written, whatever inputs are called")
    func state() {
        var state = DedupState(
            settings: 0xFEDC_BA98_7654_3210,
            inputs: [
                KnownInput(name: "a \"quoted\"\nname\\\u{1}.jsonl", stamp: FileStamp(size: .max, modified: -5)),
                KnownInput(name: "-", stamp: nil),
            ]
        )
        state.phases = ["sketch", "cluster"]
        #expect(DedupState(decoding: state.encoded) == state)
    }

    @Test("damaged states are none", arguments: [0, 1, 5, 17, 40, 60])
    func damaged(_ length: Int) {
        let state = DedupState(settings: 7, inputs: [KnownInput(name: "a", stamp: FileStamp(size: 1, modified: 2))])
        #expect(DedupState(decoding: Array(state.encoded.prefix(length)) + [0]) == nil)
        #expect(DedupState(decoding: Array("{\"version\":2,\"settings\":\"7\"}\n".utf8)) == nil)
    }

    @Test("places are read as they were written; rows that are not whole, or of zeros, are noticed")
    func places() throws {
        let folder = try TemporaryFolder()
        let storage = DirectoryStorage(path: folder.path)
        var random = SeededGenerator(seed: 3)
        let expected = (0..<500)
            .map { _ in
                DocumentPlace(
                    input: UInt32.random(in: 0...UInt32.max, using: &random),
                    offset: UInt64.random(in: 0...UInt64.max, using: &random),
                    length: UInt64.random(in: 0...UInt64.max, using: &random)
                )
            }
        var writer = try DocumentPlacesWriter(storage.create("places"))
        for place in expected { writer.add(place) }
        try writer.finish()
        let places = try DocumentPlaces(storage, named: "places")
        #expect(places.count == 500 && places.areSound(first: 500) && !places.areSound(first: 501))
        #expect((0..<500).allSatisfy { places[$0] == expected[$0] })
        var more = try DocumentPlacesWriter(storage.create("more"), continuing: places, first: 100)
        more.add(expected[100])
        try more.finish()
        let continued = try DocumentPlaces(storage, named: "more")
        #expect(continued.count == 101 && continued.areSound(first: 101) && continued[100] == expected[100])
        let bytes = Array(try Data(contentsOf: URL(fileURLWithPath: folder.file("places"))))
        _ = try folder.write(bytes[..<2395] + [UInt8](repeating: 0, count: 2405), to: "torn")
        let torn = try DocumentPlaces(storage, named: "torn")
        #expect(torn.areSound(first: 99) && !torn.areSound(first: 101) && !torn.areSound(first: 120))
    }

    @Test("no two inputs have one output, and none leaves the folder")
    func names() {
        var names = OutputNames()
        let plain = RecordSource(name: "", format: .warc, compression: .gzip)
        let inputs = [
            "a.jsonl", "./a.jsonl", "/a.jsonl", "b/../a.jsonl", "../a.jsonl", "a.jsonl/x", "b", "b/c", "-", "-", "/",
            "x//y", "x/y", "~2/x/y", "_up/a.jsonl",
        ]
        let paths = inputs.map { names.path(of: $0, plain, asJSONLines: false).joined(separator: "/") }
        #expect(Set(paths).count == paths.count)
        #expect(paths.allSatisfy { !$0.hasPrefix("/") && !$0.split(separator: "/").contains("..") })
        for path in paths { #expect(!paths.contains { $0.hasPrefix(path + "/") }, "\(path)") }
        #expect(paths[0] == "a.jsonl" && paths[4] == "_up/a.jsonl" && paths[8] == "stdin.warc.gz")
        #expect(names.path(of: "c.warc.gz", plain, asJSONLines: true) == ["c.warc.jsonl.gz"])
    }
}
