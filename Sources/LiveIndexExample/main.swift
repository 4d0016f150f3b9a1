// A crawler that keeps the first of each text: `make example` runs it.

import CrawlModel
import Foundation
import LiveIndex
import NearDuplicates

let article = """
    The night ferry to Holm will stop running in October, the harbour board said on Tuesday. It has carried \
    fewer than forty passengers a night since the bridge opened, and the boat, which was built in 1974, needs \
    a new gearbox that would cost more than the boat is worth. Drivers of lorries over thirty tonnes, who may \
    not use the bridge in a storm, will have to wait for the wind to drop.
    """
let pages = [
    Document(id: "harbour", text: article, url: "https://harbour.example/ferry", date: "2026-03-03"),
    Document(id: "copy", text: "Home | News | Weather. " + article + " Read next: soups.", date: "2026-03-04"),
    Document(
        id: "bees",
        text: "A swarm of bees has lived in the clock of the town hall since May.",
        date: "2026-03-04"
    ),
]

let directory = FileManager.default.temporaryDirectory.appending(path: "neardup-live-\(UUID().uuidString)")
defer { try? FileManager.default.removeItem(at: directory) }

let index = try await LiveIndex.open(path: directory.path)

// All at once: whichever comes first is kept, and the other is told of it.
try await withThrowingTaskGroup(of: Void.self) { group in
    for page in pages {
        group.addTask {
            let answer = try await index.addIfUnique(page)
            let matches = answer.result.matches.map { "\($0.relation.rawValue) \($0.id)" }.joined(separator: ", ")
            print("\(page.id): \(answer.isAdded ? "added" : matches)")
        }
    }
    try await group.waitForAll()
}

// A snapshot stays as it is while the index goes on.
let before = index.snapshot
try await index.remove(ids: ["bees"])
print("\(before.documentCount) documents before, \(index.snapshot.documentCount) after")
try await index.close()
