import ArgumentParser
import CommandValues
import CrawlPipelines
import LiveIndex
import NearDuplicates

/// How `check --add` adds.
struct AddingOptions: ParsableArguments {
    @Flag(help: "Add each document to which nothing in the index relates.")
    var add = false

    @Option(
        help: """
            --add: when an addition counts as done: always (once it is on disk), interval (on disk within a second), \
            none (once the system has it).
            """
    )
    var durability = Durability.always

    @Option(
        help: ArgumentHelp("--add: first remove documents older than this: 12h, 30d, 8w.", valueName: "age")
    )
    var expire: Age?

    @Option(name: .customLong("add-memory"), help: "--add: memory for documents on their way into shards.")
    var memory = ByteCount(bytes: LiveIndexOptions().memory)

    /// The options of ``LogDurability``.
    enum Durability: String, ExpressibleByArgument, CaseIterable {
        case none, interval, always

        var logDurability: LogDurability {
            switch self {
            case .none: .none
            case .interval: .interval(milliseconds: 1000)
            case .always: .always
            }
        }
    }

    func validate() throws {
        if !add, expire != nil { throw ValidationError("--expire goes with --add") }
        try MemoryLimit.validate(memory, of: "--add-memory")
    }

    /// Opens the index for adding, lends it, and closes it whatever becomes of that.
    func withIndex<Result>(
        _ path: String,
        isQuiet: Bool,
        _ body: (LiveIndex) throws(PipelineError) -> Result
    ) throws -> Result {
        var options = LiveIndexOptions()
        options.durability = durability.logDurability
        options.memory = memory.bytes
        let index = try LiveIndex(at: path, options: options)
        let result: Result
        do {
            if let expire {
                let counts = try index.removeWaiting(expire.filter)
                if !isQuiet { for line in RemoveCommand.lines(counts, isTrial: false) { Console.error(line) } }
            }
            result = try body(index)
        } catch {
            // What was told is kept; the reason told is the first.
            try? index.closeWaiting()
            throw error
        }
        try index.closeWaiting()
        return result
    }
}
