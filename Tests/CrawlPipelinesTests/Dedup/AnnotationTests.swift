import CrawlModel
import CrawlReading
import Foundation
import StreamCompression
import TestSupport
import Testing

@testable import CrawlPipelines

/// Annotated copies: every document, with what was decided about it.
struct AnnotationTests {
    private func annotated(_ object: String) -> String {
        let field = AnnotationField(of: Array(object.utf8)[...])
        let comma = field.needsComma ? "," : ""
        return String(decoding: field.before + Array((comma + "X").utf8) + field.after, as: UTF8.self)
    }

    @Test("the field goes before the closing brace, in place of an older one")
    func places() {
        for (object, expected) in [
            (#"{"a":1}"#, #"{"a":1,X}"#),
            (#"{"a":1 } "#, #"{"a":1 ,X} "#),
            (#"{"neardup":1}"#, #"{X}"#),
            (#"{"neardup":{"a":"}\""},"b":[1,{"neardup":2}]}"#, #"{"b":[1,{"neardup":2}],X}"#),
            (#"{"b":"neardup","neardup":[",","}"],"c":{}}"#, #"{"b":"neardup","c":{},X}"#),
            (#"{"b":1, "neardup" : null}"#, #"{"b":1,X}"#),
            (#"{"b":"\"neardup\":","c":2}"#, #"{"b":"\"neardup\":","c":2,X}"#),
            (#"{ "neardup":1 , "neardup":2, "b":3}"#, #"{ "b":3,X}"#),
        ] {
            #expect(annotated(object) == expected, "\(object)")
        }
    }

    @Test("lines of JSON keep their bytes", arguments: [1, 2, 3] as [UInt64])
    func lines(_ seed: UInt64) throws {
        let folder = try TemporaryFolder()
        let dump = MadeUpDump.jsonLines(60, seed: seed, longest: 3000)
        let path = try folder.write(dump.bytes, to: "a.jsonl")
        let run = try OutputRun([path], in: folder) { options in
            options.reading.maxRecordBytes = 3000
            options.reading.batchBytes = 1500
        }
        try run.write(.annotated, dropping: [2], to: "annotated")
        let output = try String(contentsOfFile: folder.file("out/annotated") + path, encoding: .utf8)
        let lines = output.split(separator: "\n")
        var roles: [String] = []
        for line in lines {
            let object = try #require(try JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any])
            let decided = try #require(object["neardup"] as? [String: Any])
            roles.append(try #require(decided["role"] as? String))
        }
        #expect(roles.count { $0 == "single" } == dump.documents - 1)
        #expect(roles.count { $0 == "member" } == 1)
        let member = try #require(lines.first { $0.contains(#""role":"member""#) })
        #expect(
            member.hasSuffix(
                #","neardup":{"cluster":0,"role":"member","relation":"near","jaccard":0.8750,"containment":0.0000,"coverage":0.0000}}"#
            )
        )
        let originals = dump.parts
            .filter { if case .document = $0.fate { true } else { false } }
            .map { String(decoding: $0.bytes, as: UTF8.self).trimmingCharacters(in: .whitespacesAndNewlines) }
        let documents = lines.filter { !$0.contains(#""role":"empty""#) }
        #expect(documents.count == originals.count)
        for (line, original) in zip(documents, originals) { #expect(line.hasPrefix(original.dropLast() + ",")) }
    }

    @Test("captures become lines of id, URL, date and text")
    func captures() throws {
        let folder = try TemporaryFolder()
        let dump = MadeUpDump.warc(60, seed: 8)
        let path = try folder.write(packed(String(decoding: dump.bytes, as: UTF8.self), .gzip), to: "a.warc.gz")
        let run = try OutputRun([path], in: folder) { $0.reading.batchBytes = 3000 }
        try run.write(.annotated, dropping: [1], to: "annotated")
        let name = folder.file("out/annotated") + folder.file("a.warc.jsonl.gz")
        let lines = String(decoding: try unpacked(Array(Data(contentsOf: URL(fileURLWithPath: name)))), as: UTF8.self)
            .split(separator: "\n")
        var reader = try CrawlReader(inputs: [CrawlInput(path: path)])
        var parser = try DocumentParser()
        var batch = DocumentBatch()
        var expected: [Document] = []
        while let records = reader.next() {
            parser.parse(records, into: &batch)
            expected += batch.entries.indices.map(batch.document(at:))
        }
        #expect(lines.count == expected.count && lines.count == dump.documents)
        for (line, document) in zip(lines, expected) {
            let object = try #require(try JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any])
            #expect(object["id"] as? String == document.id && object["text"] as? String == document.text)
            #expect(object["url"] as? String == document.url && object["date"] as? String == document.date)
            #expect(object["neardup"] is [String: Any])
        }
    }
}
