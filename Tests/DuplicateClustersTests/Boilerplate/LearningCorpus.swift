import CrawlModel
import DuplicateClusters
import IndexStorage
import NearDuplicates
import ShardFormat

/// Pages in an index, and what is known of them before boilerplate is learned.
struct LearningCorpus {
    var pages: [PlainBoilerplate.Page] = []
    private var documents: [Document] = []
    private var sketcher: DocumentSketcherBox

    init() throws { sketcher = try DocumentSketcherBox() }

    mutating func add(_ text: String, host: UInt32?, isLeader: Bool = true) {
        let page = PlainBoilerplate.Page(host: host, isLeader: isLeader, fingerprints: sketcher.keys(of: text))
        // What has no token is not in an index.
        guard !page.fingerprints.isEmpty else { return }
        let url = host.map { "https://host-\($0).example/\(documents.count)" }
        documents.append(Document(id: "page \(documents.count)", text: text, url: url))
        pages.append(page)
    }

    /// An index of shards of so many documents; earlier versions of some that are dead lie between them.
    func storage(shardOf count: Int, withDead: Bool = false) throws -> MemoryStorage {
        let storage = MemoryStorage()
        let writer = try IndexWriter(storage, settings: IndexSettings(), memory: 1 << 30)
        defer { writer.close() }
        writer.mergePolicy = .never
        for (number, document) in documents.enumerated() {
            if withDead, number % 9 == 4 {
                var doomed = document
                doomed.text += " and what is gone"
                try writer.add(doomed)
                try writer.commit()
            }
            try writer.add(document)
            if number % count == count - 1 { try writer.commit() }
        }
        try writer.commit()
        return storage
    }

    /// Learns from an index of the pages.
    func learn(
        _ snapshot: IndexSnapshot,
        _ thresholds: BoilerplateThresholds = BoilerplateThresholds(),
        memory: Int = 1 << 20,
        loop: ParallelLoop = .inTurn
    ) throws -> BoilerplateList {
        // Numbers count the dead too.
        var numbers: [Int?] = []
        for segment in snapshot.segments {
            let cursor = ShardCursor(segment.shard)
            for document in 0..<UInt32(segment.documentCount) {
                let isDead = segment.tombstones?.contains(document) == true
                numbers.append(isDead ? nil : Int(try cursor.identity(of: document).id.dropFirst(5)))
            }
        }
        let leaders = LeaderHosts(
            count: numbers.count,
            hostCount: Int(pages.compactMap(\.host).max() ?? 0) + 1,
            host: { number in numbers[Int(number)].flatMap { pages[$0].host } },
            isLeader: { number in numbers[Int(number)].map { pages[$0].isLeader } ?? false }
        )
        let storage = MemoryStorage()
        try storage.prepare()
        let work = ClusterWork(ClusterSources(snapshot), in: storage, memory: memory, loop: loop)
        let learner = try BoilerplateLearner(work, leaders, thresholds)
        return try learner.learn()
    }
}

/// What fingerprints tables would keep of a text.
final class DocumentSketcherBox {
    private var sketcher: DocumentSketcher

    init(parameters: IndexParameters? = nil) throws {
        sketcher = try DocumentSketcher(parameters: parameters ?? IndexSettings().parameters())
    }

    func keys(of text: String) -> Set<UInt32> {
        sketcher.sketch(text)
        return Self.keys(sketcher)
    }

    /// Every shingle, as the fingerprint it would be.
    func shingles(of text: String) -> Set<UInt32> {
        sketcher.sketch(text)
        return Self.shingles(sketcher)
    }

    private static func keys(_ sketcher: borrowing DocumentSketcher) -> Set<UInt32> {
        let fingerprints = sketcher.fingerprints
        return Set(fingerprints.indices.map { StoredKey.fingerprint(fingerprints[$0]) })
    }

    private static func shingles(_ sketcher: borrowing DocumentSketcher) -> Set<UInt32> {
        let shingles = sketcher.shingles
        return Set(shingles.indices.map { StoredKey.fingerprint(shingles[$0] << 26) })
    }
}
