import CrawlModel
import CrawlReading
import DuplicateClusters
import Foundation
import IndexStorage
import StreamCompression
import TestSupport
import Testing

@testable import CrawlPipelines

/// What is written is, byte for byte, what was read less what goes.
struct OutputOracleTests {
    private static let seeds: [UInt64] = Array(1...12)

    private func expectOutput(
        of dump: MadeUpDump,
        named name: String,
        _ kind: CompressionKind,
        seed: UInt64,
        longest: Int = 64 << 20
    ) throws {
        let folder = try TemporaryFolder()
        var random = SeededGenerator(seed: seed &* 977)
        let path = try folder.write(cut(dump.bytes, kind, &random), to: name)
        let dropped = Set((0..<dump.documents).filter { _ in Int.random(in: 0..<3, using: &random) == 0 })
        let run = try OutputRun([path], in: folder) { options in
            options.reading.maxRecordBytes = longest
            options.reading.batchBytes = Int.random(in: 300...5000, using: &random)
            options.threads = 2
        }
        #expect(run.places.count == dump.documents, "seed \(seed)")
        guard run.places.count == dump.documents else { return }
        let figures = try run.write(.unique, dropping: dropped, to: "unique")
        let output = try Data(contentsOf: URL(fileURLWithPath: folder.file("out/unique") + path))
        let written = try unpacked(Array(output))
        let expected = dump.bytes(without: dropped)
        let difference = zip(written, expected).enumerated().first { $0.element.0 != $0.element.1 }?.offset
        #expect(
            written == expected,
            "seed \(seed): \(written.count) bytes in place of \(expected.count), the first at \(difference ?? -1)"
        )
        #expect(try CompressionKind.recognise(output.prefix(6)) == (output.isEmpty ? .plain : kind))
        #expect(figures.bytes == UInt64(output.count) && figures.files == 1)
    }

    /// Packs a dump in members of any length.
    private func cut(
        _ bytes: [UInt8],
        _ kind: CompressionKind,
        _ random: inout SeededGenerator
    ) throws -> [UInt8] {
        var encoder = try StreamEncoder(kind: kind)
        var packed: [UInt8] = []
        var at = 0
        repeat {
            let end = min(bytes.count, at + Int.random(in: 1...4000, using: &random))
            try encoder.appendMember(Array(bytes[at..<end]), to: &packed)
            at = end
        } while at < bytes.count
        return packed
    }

    @Test("JSON lines", arguments: CompressionKind.allCases, seeds)
    func jsonLines(_ kind: CompressionKind, _ seed: UInt64) throws {
        let dump = MadeUpDump.jsonLines(60, seed: seed, longest: 3000)
        try expectOutput(of: dump, named: "a.jsonl", kind, seed: seed, longest: 3000)
    }

    @Test("WARC, with requests and metadata", arguments: CompressionKind.allCases, seeds)
    func warc(_ kind: CompressionKind, _ seed: UInt64) throws {
        try expectOutput(of: .warc(60, seed: seed), named: "a.warc", kind, seed: seed)
    }

    @Test("WET", arguments: CompressionKind.allCases)
    func wet(_ kind: CompressionKind) throws {
        try expectOutput(of: .wet(60, seed: 5), named: "a.warc.wet", kind, seed: 5)
    }

    @Test("ARC", arguments: CompressionKind.allCases)
    func arc(_ kind: CompressionKind) throws {
        try expectOutput(of: .arc(60, seed: 6), named: "a.arc", kind, seed: 6)
    }

    @Test("a packed WARC file has a member for each record")
    func members() throws {
        let folder = try TemporaryFolder()
        let dump = MadeUpDump.wet(20, seed: 9)
        let path = try folder.write(packed(String(decoding: dump.bytes, as: UTF8.self), .gzip), to: "a.warc.wet.gz")
        let run = try OutputRun([path], in: folder) { _ in }
        try run.write(.unique, dropping: [1, 3], to: "unique")
        var reader = try CrawlReader(inputs: [CrawlInput(path: folder.file("out/unique") + path)])
        var places: [PackedLocation?] = []
        while let batch = reader.next() { places += batch.records.map(\.packed) }
        // The first is the file's own.
        #expect(places.count == 18 || places.count < 20)
        #expect(Set(places.compactMap { $0?.offset }).count == places.count)
        #expect(places.allSatisfy { $0?.skip == 0 })
    }

    @Test("files of a folder are copied or left out, by their names")
    func wholeFiles() throws {
        let folder = try TemporaryFolder()
        let texts = (0..<12).map { "page \($0) " + String(repeating: "words of \($0) ", count: 9) }
        for (number, text) in texts.enumerated() {
            let kind = CompressionKind.allCases[number % 3]
            let mark = number % 2 == 0 ? "\u{FEFF}" : ""
            _ = try folder.write(packed(mark + text, kind), to: "in/\(number / 4)/\(100 + number).html")
        }
        let run = try OutputRun([folder.file("in")], in: folder) { _ in }
        let figures = try run.write(.unique, dropping: [0, 5, 11], to: "unique")
        #expect(figures.files == 9)
        for (number, text) in texts.enumerated() {
            let name = "in/\(number / 4)/\(100 + number).html"
            let copy = folder.file("out/unique") + folder.file(name)
            guard ![0, 5, 11].contains(number) else {
                #expect(!FileManager.default.fileExists(atPath: copy))
                continue
            }
            let mark = number % 2 == 0 ? "\u{FEFF}" : ""
            let bytes = try unpacked(Array(Data(contentsOf: URL(fileURLWithPath: copy))))
            #expect(String(decoding: bytes, as: UTF8.self).utf8.elementsEqual((mark + text).utf8))
        }
    }

    @Test("what is written does not depend on threads")
    func threads() throws {
        let folder = try TemporaryFolder()
        let path = try folder.write(MadeUpDump.warc(200, seed: 4).bytes, to: "a.warc")
        var outputs: [Data] = []
        for threads in [1, 3] {
            let run = try OutputRun([path], in: folder, working: "work-\(threads)") { options in
                options.threads = threads
                options.reading.batchBytes = 700
            }
            try run.write(.unique, dropping: Set(stride(from: 0, to: run.places.count, by: 3)), to: "unique-\(threads)")
            outputs.append(try Data(contentsOf: URL(fileURLWithPath: folder.file("out/unique-\(threads)") + path)))
        }
        #expect(outputs[0] == outputs[1])
    }

    @Test("a file that changed meanwhile is told")
    func changed() throws {
        let folder = try TemporaryFolder()
        let path = try folder.write(MadeUpDump.jsonLines(20, seed: 4, longest: 3000).bytes, to: "a.jsonl")
        let run = try OutputRun([path], in: folder) { _ in }
        _ = try folder.write(MadeUpDump.jsonLines(20, seed: 5, longest: 3000).bytes + [0x0A], to: "a.jsonl")
        #expect { try run.write(.unique, dropping: [], to: "unique") } throws: { error in
            guard case .changed(let source)? = error as? PipelineError else { return false }
            return source == path
        }
    }
}
