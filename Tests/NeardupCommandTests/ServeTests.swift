import Foundation
import TestSupport
import Testing

/// `neardup serve` as a user runs it, with curl as the client: the README's own examples.
@Suite("neardup serve")
struct ServeTests {
    /// The examples of curl in the README, with what curl made of each.
    @Test("the README's examples work, and SIGTERM ends the service in good order")
    func examples() throws {
        let folder = try TemporaryFolder()
        #expect(try Command.run("index", "--index", folder.file("index"), Samples.path("crawl.jsonl")).status == 0)
        let service = try Command.start("serve", "--index", folder.file("index"), "--port", "0")
        defer { if service.process.isRunning { service.process.terminate() } }
        let address = try #require(try Self.address(of: service))
        let root = URL(fileURLWithPath: Samples.path("crawl.jsonl")).deletingLastPathComponent()
            .deletingLastPathComponent()
        let readme = try String(contentsOf: root.appendingPathComponent("README.md"), encoding: .utf8)
        let examples = readme.split(separator: "\n").filter { $0.hasPrefix("$ curl ") && $0.contains("localhost:8080") }
        #expect(examples.count >= 5)
        for example in examples {
            let command = example.dropFirst(2).replacing("http://localhost:8080", with: address)
            let answer = try Self.shell(String(command), in: root)
            let first = answer.split(separator: "\n").first.map(String.init) ?? ""
            let object = try JSONSerialization.jsonObject(with: Data(first.utf8)) as? [String: Any]
            #expect(object != nil, "\(command): \(answer)")
            #expect(object?["status"] == nil, "\(command): \(answer)")
        }
        let own = try Command.run("check", "--index", folder.file("index"), "--quiet", Samples.path("incoming.jsonl"))
        let remote = try Command.run("check", "--server", address, "--quiet", Samples.path("incoming.jsonl"))
        #expect(remote.status == 0, "\(remote.errors)")
        #expect(remote.output == own.output)
        let locked = try Command.run("index", "--index", folder.file("index"), Samples.path("incoming.jsonl"))
        #expect(locked.status == 75)
        let added = try Command.run("index", "--server", address, Samples.path("incoming.jsonl"))
        #expect(added.status == 0, "\(added.errors)")
        service.process.terminate()
        service.process.waitUntilExit()
        #expect(service.process.terminationReason == .exit)
        let log = try service.errors
        #expect(service.process.terminationStatus == 0, "\(log)")
        let stats = try Command.run("stats", "--index", folder.file("index"), "--json")
        #expect((stats.objects.first?["documents"] as? Int ?? 0) > 74)
    }

    @Test("settings come from options, the environment and a file, and a bad one is told with its place")
    func settings() throws {
        let folder = try TemporaryFolder()
        let config = try folder.write("# ours\nport = http\n", to: "serve.conf")
        let index = folder.file("index")
        let outcomes = [
            (try Command.run("serve", "--index", index, "--config", config), "serve.conf: line 2"),
            (try Command.run("serve", "--index", index, "--port", "70000"), "--port"),
            (try Command.run("serve", "--index", index, "--host", "0.0.0.0", "--port", "0"), "--tokens"),
            (try Command.run("serve"), "--index"),
            (try Command.run("serve", "--index", index, "--tokens", folder.file("none")), "cannot read"),
        ]
        for (outcome, part) in outcomes {
            #expect(outcome.status == 64, "\(outcome.errors)")
            #expect(outcome.errors.contains(part), "\(outcome.errors)")
        }
    }

    /// Where a service listens, once it says so.
    private static func address(of service: Command.Running) throws -> String? {
        for _ in 0..<200 {
            if let start = try service.errors.range(of: "\"address\":\"")?.upperBound {
                return try String(service.errors[start...].prefix { $0 != "\"" })
            }
            Thread.sleep(forTimeInterval: 0.1)
        }
        return nil
    }

    private static func shell(_ command: String, in folder: URL) throws -> String {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/bin/bash")
        process.arguments = ["-c", command]
        process.currentDirectoryURL = folder
        let pipe = Pipe()
        process.standardOutput = pipe
        try process.run()
        let data = pipe.fileHandleForReading.readDataToEndOfFile()
        process.waitUntilExit()
        return String(decoding: data, as: UTF8.self)
    }
}
