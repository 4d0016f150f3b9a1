import CrawlModel
import CrawlPipelines
import CrawlReading
import Foundation
import NearDuplicates
import StreamCompression
import TestSupport
import Testing

/// Malformed records and unreadable inputs are told of in their place, and the rest is done.
struct ProblemsTests {
    private let folder: TemporaryFolder
    private let pages = madeUpPages(6, seed: 31)

    init() throws {
        folder = try TemporaryFolder()
        try index([folder.write(pages.map(jsonLine).joined(), to: "known.jsonl")], into: folder.file("index"))
    }

    /// Lines good and bad, and what is wrong with each.
    private var mixed: [(line: String, code: SkipCode?)] {
        [
            (jsonLine(pages[0]), nil),
            ("not JSON at all\n", .invalidJSON),
            (jsonLine(pages[1]), nil),
            ("{\"id\":\"x\"}\n", .missingText),
            ("{\"id\":\"y\",\"text\":7}\n", .textNotString),
            (jsonLine(pages[2]), nil),
            ("{\"id\":\"z\",\"text\":\"" + String(repeating: "long ", count: 5000) + "\"}\n", .recordTooLong),
            ("[1, 2]\n", .notAnObject),
            ("{\"id\":[],\"text\":\"a\"}\n", .unusableID),
            (jsonLine(pages[3]), nil),
            ("{\"id\":\"cut\",\"text\":\"", .invalidJSON),
        ]
    }

    private func offset(_ number: Int) -> Int { mixed[..<number].reduce(0) { $0 + $1.line.utf8.count } }

    @Test("a malformed record gives an error line in its place", arguments: [1, 3], [100, 4096, 1 << 20])
    func errorLines(_ threads: Int, _ batchBytes: Int) throws {
        let path = try folder.write(mixed.map(\.line).joined(), to: "mixed.jsonl")
        let checked = try check([path], against: folder.file("index")) {
            ($0.threads, $0.reading.batchBytes, $0.reading.maxRecordBytes) = (threads, batchBytes, 20_000)
        }
        #expect(checked.error == nil)
        #expect(checked.objects.count == mixed.count)
        for (number, (object, expected)) in zip(checked.objects, mixed).enumerated() {
            let error = object["error"] as? [String: Any]
            #expect(error?["code"] as? String == expected.code?.rawValue, "line \(number)")
            guard expected.code != nil else {
                #expect(object["verdict"] as? String == "exact", "line \(number)")
                continue
            }
            #expect(object["source"] as? String == path)
            #expect(object["offset"] as? Int == offset(number), "line \(number)")
            #expect((error?["message"] as? String)?.isEmpty == false)
        }
        let told = checked.problems.compactMap { problem in
            if case .skipped(let record) = problem { Int(record.location.offset) } else { nil }
        }
        #expect(told == mixed.indices.filter { mixed[$0].code != nil }.map(offset))
        #expect(checked.summary.reading.skippedRecords == 7)
        #expect(checked.summary.reading.skippedByCode[.invalidJSON] == 2)
        #expect(checked.summary.reading.documents == 4)
    }

    @Test("a strict check stops at the first malformed record, after the answers before it", arguments: [100, 1 << 20])
    func strictCheck(_ batchBytes: Int) throws {
        let path = try folder.write(mixed.map(\.line).joined(), to: "mixed.jsonl")
        let checked = try check([path], against: folder.file("index")) {
            ($0.isStrict, $0.reading.batchBytes) = (true, batchBytes)
        }
        guard case .malformed(let record)? = checked.error else {
            Issue.record("\(String(describing: checked.error))")
            return
        }
        #expect(record.location.offset == UInt64(offset(1)) && record.code == .invalidJSON)
        #expect(checked.objects.compactMap { $0["id"] as? String } == [pages[0].id])
    }

    @Test("a strict run keeps what came before the record it stopped at, and nothing after", arguments: [100, 1 << 20])
    func strictIndex(_ batchBytes: Int) throws {
        let path = try folder.write(mixed.dropFirst(2).map(\.line).joined(), to: "mixed.jsonl")
        #expect(throws: PipelineError.self) {
            try index([path], into: folder.file("new")) { ($0.isStrict, $0.reading.batchBytes) = (true, batchBytes) }
        }
        let snapshot = try IndexSnapshot(path: folder.file("new"))
        #expect(snapshot.documentCount == 1)
        try snapshot.verify()
    }

    @Test("an input that cannot be read, or not to its end, is told of, and the next is read", arguments: [1, 3])
    func unreadable(_ threads: Int) throws {
        let good = try folder.write(jsonLine(pages[0]), to: "good.jsonl")
        let members = try pages.map { try packed(jsonLine($0), .gzip) }
        let cut = try folder.write(
            members.dropLast().joined() + members[5].prefix(members[5].count / 2),
            to: "cut.jsonl.gz"
        )
        let empty = try folder.write("", to: "empty.jsonl")
        let inputs = [folder.file("missing.jsonl"), good, cut, empty, good]
        let checked = try check(inputs, against: folder.file("index")) { $0.threads = threads }
        let codes = checked.objects.map { ($0["error"] as? [String: Any])?["code"] as? String }
        #expect(codes == ["not-found"] + [nil] + Array(repeating: nil, count: 5) + ["truncated", "empty-input", nil])
        #expect(checked.summary.reading.failedInputs == 2)
        #expect(checked.summary.reading.completeInputs == 3)
        var told: [String] = []
        let summary = try index(inputs, into: folder.file("new")) {
            $0.threads = threads
        } report: {
            told.append("\($0)")
        }
        #expect(told.count == 3)
        #expect(summary.reading.failedInputs == 2)
        #expect(try IndexSnapshot(path: folder.file("new")).documentCount == 5)
    }

    @Test("a strict run stops at an input that cannot be read")
    func strictUnreadable() throws {
        let good = try folder.write(jsonLine(pages[0]), to: "good.jsonl")
        let checked = try check([good, folder.file("missing"), good], against: folder.file("index")) {
            $0.isStrict = true
        }
        guard case .unreadable(let error)? = checked.error else {
            Issue.record("\(String(describing: checked.error))")
            return
        }
        #expect(error.code == .notFound && error.source == folder.file("missing"))
        #expect(checked.objects.compactMap { $0["id"] as? String } == [pages[0].id])
    }

    @Test("a rerun after a stop adds what is missing and nothing twice")
    func rerun() throws {
        let lines = pages.map(jsonLine)
        let stopped = try folder.write(lines[..<3].joined() + "{]\n" + lines[3...].joined(), to: "dump.jsonl")
        #expect(throws: PipelineError.self) {
            try index([stopped], into: folder.file("new")) { ($0.isStrict, $0.reading.batchBytes) = (true, 1) }
        }
        let kept = try IndexSnapshot(path: folder.file("new")).documentCount
        #expect(kept > 0)
        let summary = try index([folder.write(lines.joined(), to: "dump.jsonl")], into: folder.file("new"))
        #expect(summary.added.unchanged == kept && summary.added.added == pages.count - kept)
        #expect(try IndexSnapshot(path: folder.file("new")).documentCount == pages.count)
    }
}
