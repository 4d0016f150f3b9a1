import CrawlPipelines
import CrawlReading
import NearDupHTTP
import NearDuplicates
import Synchronization
import TestSupport
import Testing

@Suite("The client of a service elsewhere")
struct RemoteTests {
    private func lines(_ count: Int) -> String {
        var lines = (0..<count).map { line(["id": "d\($0)", "text": madeText($0), "url": "http://x/\($0)"]) }
        lines.insert("nonsense", at: count / 2)
        lines.insert("{\"text\":\"\(madeText(1)) \\\"source\\\":\\\"-\\\" \"}", at: 3)
        return lines.joined(separator: "\n")
    }

    @Test("adds what inputs hold, and nothing twice; checks say what the command says of the index itself")
    func addsAndChecks() async throws {
        let folder = try TemporaryFolder()
        let path = try folder.write(lines(1500), to: "in.jsonl")
        let (missing, place) = (folder.file("none"), folder.path)
        defer { withExtendedLifetime(folder) {} }
        try await RunningService.run { service in
            let remote = try RemoteService(address: "http://127.0.0.1:\(service.port)/")
            let adding = RemoteRun(remote, purpose: .add, reading: ReadingOptions())
            let first = try await adding.run([CrawlInput(path: path)], output: { _ in })
            #expect(first.documents == 1501)
            #expect(first.outcomes == ["added": 1501])
            #expect(first.skippedRecords == 1)
            let second = try await adding.run([CrawlInput(path: path)], output: { _ in })
            #expect(second.outcomes == ["unchanged": 1501])
            #expect(try await service.send("GET", "/v1/stats").object["documents"] as? Int == 1501)

            let output = Mutex<[UInt8]>([])
            let checking = RemoteRun(remote, purpose: .check(explains: true, limit: 2), reading: ReadingOptions())
            let checked = try await checking.run(
                [CrawlInput(path: path), CrawlInput(path: missing)],
                output: { bytes in output.withLock { $0 += bytes } }
            )
            #expect(checked.failedInputs == 1)
            #expect(checked.duplicates == 1501)
            let answers = String(decoding: output.withLock { $0 }, as: UTF8.self).split(separator: "\n")
            #expect(answers.count == 1503)
            let objects = answers.map { RunningService.Answer.object(String($0)) }
            #expect(objects.allSatisfy { ($0["source"] as? String)?.hasPrefix(place) == true })
            #expect(objects.count { $0["error"] != nil } == 2)
            #expect(objects.filter { $0["id"] != nil }.allSatisfy { $0["verdict"] as? String == "exact" })
        }
    }

    @Test("says what is wrong with an address, a token, or a service that does not answer")
    func failures() async throws {
        for address in ["localhost:8080", "ftp://x", "http://x/?y", ""] {
            #expect(throws: RemoteError.self) { try RemoteService(address: address) }
        }
        let folder = try TemporaryFolder()
        let input = CrawlInput(path: try folder.write(lines(3), to: "in.jsonl"))
        defer { withExtendedLifetime(folder) {} }
        var settings = ServiceSettings()
        settings.tokens = try AccessTokens(file: "read 0123456789abcdef0123")
        try await RunningService.run(settings: settings) { service in
            let address = "http://127.0.0.1:\(service.port)"
            let nobody = RemoteRun(try RemoteService(address: address), purpose: .add, reading: ReadingOptions())
            let error = await #expect(throws: RemoteError.self) { _ = try await nobody.run([input], output: { _ in }) }
            #expect(error?.description.contains("401") == true)
            let reader = try RemoteService(address: address, token: "0123456789abcdef0123")
            let checking = RemoteRun(reader, purpose: .check(explains: false, limit: nil), reading: ReadingOptions())
            #expect(try await checking.run([input], output: { _ in }).documents == 4)
        }
        var patience = RemoteService.Patience()
        patience.attempts = 3
        patience.firstPause = 0.01
        patience.timeout = 5
        let gone = try RemoteService(address: "http://127.0.0.1:1", patience: patience)
        let run = RemoteRun(gone, purpose: .add, reading: ReadingOptions())
        let error = await #expect(throws: RemoteError.self) { _ = try await run.run([input], output: { _ in }) }
        #expect(error?.description.contains("neardup serve") == true)
    }
}
