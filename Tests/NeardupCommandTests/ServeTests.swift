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

    @Test("told to stop, it finishes what is under way, keeps it, and ends with 0", arguments: [SIGTERM, SIGINT])
    func stopping(_ signal: Int32) throws {
        let folder = try TemporaryFolder()
        // However busy the machine is, the client comes to its end first.
        let service = try Command.start(
            "serve",
            "--index",
            folder.file("index"),
            "--port",
            "0",
            "--timeout",
            "600",
            "--shutdown-timeout",
            "600"
        )
        defer { if service.process.isRunning { service.process.terminate() } }
        let address = try #require(try Self.address(of: service))
        let curl = Process()
        curl.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        let type = "content-type: application/x-ndjson"
        curl.arguments = ["curl", "-sN", "-X", "POST", "-T", ".", "-H", type, "\(address)/v1/documents"]
        let (lines, answers) = (Pipe(), Pipe())
        curl.standardInput = lines
        curl.standardOutput = answers
        try curl.run()
        func send(_ id: String) throws {
            let line = "{\"id\":\"\(id)\",\"text\":\"words of \(id)\"}\n"
            try lines.fileHandleForWriting.write(contentsOf: Data(line.utf8))
        }
        try send("first")
        // Once this is answered, the batch is under way.
        let first = answers.fileHandleForReading.availableData
        #expect(String(decoding: first, as: UTF8.self) == "{\"id\":\"first\",\"outcome\":\"added\"}\n")
        kill(service.process.processIdentifier, signal)
        // It takes no connections any more.
        for _ in 0..<200
        where try !Self.shell("curl -s \(address)/healthz", in: URL(fileURLWithPath: folder.path)).isEmpty {
            Thread.sleep(forTimeInterval: 0.05)
        }
        #expect(service.process.isRunning)
        try send("second")
        try lines.fileHandleForWriting.close()
        let rest = answers.fileHandleForReading.readDataToEndOfFile()
        #expect(String(decoding: rest, as: UTF8.self) == "{\"id\":\"second\",\"outcome\":\"added\"}\n")
        curl.waitUntilExit()
        #expect(curl.terminationStatus == 0)
        service.process.waitUntilExit()
        #expect(service.process.terminationReason == .exit)
        let log = try service.errors
        #expect(service.process.terminationStatus == 0, "\(log)")
        // The log was made a shard: nothing is left for the next start to do.
        let stats = try Command.run("stats", "--index", folder.file("index"), "--json")
        #expect(stats.objects.first?["documents"] as? Int == 2)
        #expect(stats.objects.first?["shards"] as? Int == 1)
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
            (try Command.run("serve", "--index", index, "--memory", "1m"), "--memory: expected a size from 16m"),
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
