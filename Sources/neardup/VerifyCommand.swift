import ArgumentParser
import CrawlPipelines
import LiveIndex
import NearDuplicates

struct VerifyCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "verify",
        abstract: "Checks every checksum and every invariant of an index.",
        discussion: """
            Exits with 0 when all is well, with 65 and the first damage found otherwise.

            EXAMPLES:
              neardup verify --index news.index
            """
    )

    @Option(name: .long, help: "The index directory.")
    var index: String

    @Flag(help: "Say nothing when all is well.")
    var quiet = false

    func run() throws {
        try exiting {
            // Reading the logs checks them.
            let snapshot = try LiveIndex.snapshot(path: index)
            try snapshot.verify { name in
                if !quiet { Console.error("verifying \(name)") }
            }
            if !quiet {
                try Console.line(
                    "\(index): \(Figures.count(snapshot.documentCount, "document")) in "
                        + "\(Figures.count(snapshot.statistics.shards, "shard")), all well"
                )
            }
        }
    }
}
