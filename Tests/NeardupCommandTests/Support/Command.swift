import Foundation
import TestSupport
import Testing

/// The command as a user runs it: the binary in the build directory, as a process of its own.
enum Command {
    /// What a run left.
    struct Outcome {
        var status: Int32
        var output: String
        var errors: String

        /// The lines of JSON on standard output.
        var objects: [[String: Any]] {
            output.split(separator: "\n")
                .map { (try? JSONSerialization.jsonObject(with: Data($0.utf8))) as? [String: Any] ?? [:] }
        }
    }

    /// Runs the command and waits for it.
    static func run(_ arguments: String..., input: [UInt8] = []) throws -> Outcome {
        try run(arguments, input: input)
    }

    /// Runs the command with standard input from bytes and standard output to a file, if one is named.
    static func run(_ arguments: [String], input: [UInt8] = [], output: String? = nil) throws -> Outcome {
        let folder = try TemporaryFolder()
        let process = Process()
        let place: URL = try #require(Self.binary, "there is no neardup beside the test bundle")
        process.executableURL = place
        process.arguments = arguments
        // Files, not pipes: nothing waits for anyone to read.
        process.standardInput = try FileHandle(forReadingFrom: URL(fileURLWithPath: folder.write(input, to: "in")))
        let paths = (try output ?? folder.write("", to: "out"), try folder.write("", to: "err"))
        process.standardOutput = try FileHandle(forWritingTo: URL(fileURLWithPath: paths.0))
        process.standardError = try FileHandle(forWritingTo: URL(fileURLWithPath: paths.1))
        try process.run()
        process.waitUntilExit()
        #expect(process.terminationReason == .exit, "\(arguments) ended by signal \(process.terminationStatus)")
        return Outcome(
            status: process.terminationStatus,
            output: output == nil ? try read(paths.0) : "",
            errors: try read(paths.1)
        )
    }

    /// A run that goes on.
    struct Running {
        var process: Process
        /// Removed with the value.
        var folder: TemporaryFolder

        /// What it wrote to standard error so far.
        var errors: String { get throws { try Command.read(folder.file("err")) } }
    }

    /// Starts the command and does not wait.
    static func start(_ arguments: String...) throws -> Running {
        let folder = try TemporaryFolder()
        let process = Process()
        let place: URL = try #require(Self.binary, "there is no neardup beside the test bundle")
        process.executableURL = place
        process.arguments = arguments
        process.standardOutput = try FileHandle(forWritingTo: URL(fileURLWithPath: folder.write("", to: "out")))
        process.standardError = try FileHandle(forWritingTo: URL(fileURLWithPath: folder.write("", to: "err")))
        try process.run()
        return Running(process: process, folder: folder)
    }

    /// Beside the test bundle: what built the tests built it too.
    static let binary: URL? = {
        let places =
            [URL(fileURLWithPath: CommandLine.arguments[0]), Bundle.main.bundleURL] + Bundle.allBundles.map(\.bundleURL)
        return places.flatMap { [$0, $0.deletingLastPathComponent()] }
            .map { $0.appendingPathComponent("neardup") }
            .first { FileManager.default.isExecutableFile(atPath: $0.path) && !isDirectory($0) }
    }()

    private static func isDirectory(_ url: URL) -> Bool {
        (try? url.resourceValues(forKeys: [.isDirectoryKey]))?.isDirectory == true
    }

    private static func read(_ path: String) throws -> String {
        String(decoding: try Data(contentsOf: URL(fileURLWithPath: path)), as: UTF8.self)
    }
}

/// The sample crawl of the repository.
enum Samples {
    /// The path of one of its files.
    static func path(_ name: String) -> String {
        URL(fileURLWithPath: #filePath).appendingPathComponent("../../../../Data/\(name)").standardized.path
    }

    /// Its documents by id.
    static func texts(_ name: String) throws -> [String: String] {
        var texts: [String: String] = [:]
        for line in try String(contentsOfFile: path(name), encoding: .utf8).split(separator: "\n") {
            let object = try #require(try JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any])
            texts[try #require(object["id"] as? String)] = object["text"] as? String
        }
        return texts
    }
}
