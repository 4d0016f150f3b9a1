// Indexes three documents in a temporary directory and checks a fourth against them. `make example` runs it.

import CrawlModel
import Foundation
import NearDuplicates
import Sketching

let documents = [
    Document(
        id: "ferry",
        text: """
            The night ferry to Holm will stop running in October, the harbour board said on Tuesday. It has carried \
            fewer than forty passengers a night since the bridge opened, and the boat, which was built in 1974, needs \
            a new gearbox that would cost more than the boat is worth. Drivers of lorries over thirty tonnes, who may \
            not use the bridge in a storm, will have to wait for the wind to drop.
            """,
        url: "https://harbour.example/ferry",
        date: "2026-03-03"
    ),
    Document(
        id: "bees",
        text: """
            A swarm of bees has lived in the clock of the town hall since May, and the council has decided to let it \
            stay. The clock stands at twenty past four. Honey runs down the inside of the east wall on warm days, and \
            the caretaker has put a bucket under it.
            """
    ),
    Document(id: "short", text: "No trains today."),
]

/// An article of the index under another site's navigation and notices.
let incoming = """
    Home | News | Weather | Subscribe. We use cookies to remember that you do not like cookies. \
    The night ferry to Holm will stop running in October, the harbour board said on Tuesday. It has carried \
    fewer than forty passengers a night since the bridge opened, and the boat, which was built in 1974, needs \
    a new gearbox that would cost more than the boat is worth. Drivers of lorries over thirty tonnes, who may \
    not use the bridge in a storm, will have to wait for the wind to drop. \
    Read next: seven soups for a wet spring. More from our advertisers.
    """

func index(_ documents: [Document], at path: String) throws {
    let writer = try IndexWriter(path: path)
    defer { writer.close() }
    for document in documents { try writer.add(document) }
    try writer.commit()
}

func check(_ text: String, against path: String) throws -> CheckResult {
    let snapshot = try IndexSnapshot(path: path)
    // A sketcher and a searcher serve one thread each, for any number of documents.
    var sketcher = try DocumentSketcher(parameters: snapshot.parameters)
    var searcher = try Searcher(snapshot)
    sketcher.sketch(text)
    return try searcher.check(sketcher, explaining: true)
}

let directory = FileManager.default.temporaryDirectory.appending(path: "neardup-example-\(UUID().uuidString)")
defer { try? FileManager.default.removeItem(at: directory) }

try index(documents, at: directory.path)
let result = try check(incoming, against: directory.path)

print("verdict: \(result.verdict.name)")
for match in result.matches {
    print("\(match.relation.rawValue) \(match.id) \(match.url) \(match.date)")
    for (name, figure) in [
        ("Jaccard", match.jaccard), ("containment", match.containment), ("coverage", match.coverage),
    ] {
        print("  \(name): \(figure.value) ± \(figure.standardError)")
    }
    for passage in match.passages { print("  tokens \(passage.incoming) are tokens \(passage.indexed) there") }
}
