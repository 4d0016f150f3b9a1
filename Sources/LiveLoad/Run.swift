import ArgumentParser
import CrawlModel
import Foundation
import LiveIndex
import NearDuplicates

/// Adds, removes and checks until it is killed, and tells of each change before and after.
///
/// A line of the journal is `begin WORKER add ID=NUMBER …`, `begin WORKER remove ID …` or `end WORKER`, written at once.
struct Run: AsyncParsableCommand {
    static let configuration = CommandConfiguration(abstract: "Adds, removes and checks until it is killed.")

    @Option var index: String
    @Option(help: "Where changes are told of; appended to.") var journal: String
    @Option var workers = 4
    @Option(help: "Tells this run's ids from those of others.") var round = 0
    @Option(help: "Small, so that shards are made and merged all the time.") var memory = 500_000
    @Option(help: "Words of a document.") var words = 60

    func run() async throws {
        var options = LiveIndexOptions()
        options.memory = memory
        options.mergePolicy.shards = 3
        let live = try await LiveIndex.open(path: index, options: options)
        let journal = try Journal(appendingTo: journal)
        journal.write("open \(round)")
        await withThrowingTaskGroup(of: Void.self) { group in
            for worker in 0..<workers { group.addTask { try await work(worker, live, journal) } }
            // The first failure ends the process, as a crash would.
            do { try await group.waitForAll() } catch { fatalError("\(error)") }
        }
    }

    private func work(_ worker: Int, _ live: LiveIndex, _ journal: Journal) async throws {
        var random = SystemRandomNumberGenerator()
        var known: [(id: String, number: UInt64)] = []
        var next: UInt64 = 0
        while true {
            switch Int.random(in: 0..<10, using: &random) {
            case 0..<6:
                var documents: [Document] = []
                var told = ""
                for _ in 0..<Int.random(in: 1...20, using: &random) {
                    let number = UInt64(round) << 40 | UInt64(worker) << 32 | next
                    // One in five takes an older one's place.
                    let id =
                        next % 5 == 0 && !known.isEmpty
                        ? known.remove(at: Int.random(in: 0..<known.count, using: &random)).id
                        : "\(round)-\(worker)-\(next)"
                    next += 1
                    known.append((id, number))
                    told += " \(id)=\(number)"
                    documents.append(Document(id: id, text: madeUpText(number, words: words)))
                }
                journal.write("begin \(round).\(worker) add\(told)")
                try await live.add(documents)
                journal.write("end \(round).\(worker)")
            case 6..<8:
                var ids: [String] = []
                for _ in 0..<min(known.count, Int.random(in: 1...5, using: &random)) {
                    ids.append(known.remove(at: Int.random(in: 0..<known.count, using: &random)).id)
                }
                guard !ids.isEmpty else { continue }
                journal.write("begin \(round).\(worker) remove \(ids.joined(separator: " "))")
                try await live.remove(ids: ids)
                journal.write("end \(round).\(worker)")
            default:
                // What this worker has added is found by its very next check.
                guard let (id, number) = known.randomElement(using: &random) else { continue }
                let matches = try live.check(madeUpText(number, words: words)).matches
                guard matches.contains(where: { $0.id == id }) else { fatalError("\(id) is not found") }
            }
        }
    }
}

/// A file of lines, each of which has left the process when the call returns.
final class Journal: Sendable {
    private let descriptor: Int32

    init(appendingTo path: String) throws {
        descriptor = unsafe open(path, O_WRONLY | O_CREAT | O_APPEND, 0o644)
        guard descriptor >= 0 else { throw ValidationError("could not open \(path)") }
    }

    func write(_ line: String) {
        let bytes = Array((line + "\n").utf8)
        // One call for a line: others are not mixed into it.
        guard unsafe Foundation.write(descriptor, bytes, bytes.count) == bytes.count else { fatalError("journal") }
    }
}
