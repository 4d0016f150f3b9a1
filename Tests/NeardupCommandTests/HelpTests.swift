import Foundation
import Testing

struct HelpTests {
    private static let subcommands = [
        "index", "check", "dedup", "remove", "merge", "compact", "stats", "verify", "boilerplate", "pairs",
        "evaluate", "bench", "serve",
    ]

    @Test("--help of every subcommand says what it does, with examples", arguments: [[]] + subcommands.map { [$0] })
    func help(_ subcommand: [String]) throws {
        let outcome = try Command.run(subcommand + ["--help"])
        #expect(outcome.status == 0)
        #expect(outcome.errors.isEmpty)
        #expect(outcome.output.contains("EXAMPLES:\n"))
        #expect(outcome.output.contains("  neardup \(subcommand.first ?? "index") "))
    }

    @Test("the help lists every subcommand, and no other has none here")
    func list() throws {
        let output = try Command.run("--help").output
        let start = try #require(output.range(of: "SUBCOMMANDS:\n"))
        let listed = output[start.upperBound...].split(separator: "\n")
            .filter { $0.hasPrefix("  ") && !$0.hasPrefix("   ") }
            .compactMap { $0.split(separator: " ").first.map(String.init) }.filter { $0 != "See" && $0 != "help" }
        #expect(listed == Self.subcommands)
    }

    @Test("--version names the program and its formats")
    func version() throws {
        let outcome = try Command.run("--version")
        #expect(outcome.status == 0)
        #expect(outcome.output.hasPrefix("neardup "))
        #expect(outcome.output.contains("index format 1, hashes 1"))
    }
}
