internal import CrawlModel
internal import DuplicateClusters
internal import IndexStorage
internal import NearDuplicates

/// Writes `clusters.jsonl`, a line a cluster, and fills in what the summary lists.
struct ClusterReport {
    /// What is decided, and where it lies.
    let decisions: ClusterDecisions
    let places: DocumentPlaces
    let inputs: [KnownInput]

    private static let bufferBytes = 1 << 20

    /// Writes the clusters by the number of the document that stands for each.
    ///
    /// Of a cluster, however large, a part is in memory at a time.
    ///
    /// - Parameters:
    ///   - snapshot: the working index, for the names.
    ///   - folder: takes working files.
    ///   - file: takes the lines.
    ///   - summary: gets its lists.
    /// - Throws: ``PipelineError``.
    func write(
        _ snapshot: IndexSnapshot,
        _ folder: WorkingFolder,
        to file: any StorageFile,
        _ summary: inout DedupSummary
    ) throws(PipelineError) {
        var hosts = FrequentNames()
        let isWanted = { (number: Int) in decisions[number].role != .single }
        let names = try DocumentNames(of: snapshot, in: folder, wanted: isWanted) { number, names in
            guard !decisions[number].role.isKept, !names.url.isEmpty,
                let host = URLHost.host(of: String(decoding: names.url, as: UTF8.self))
            else { return }
            hosts.add(host)
        }
        summary.duplicatedHosts = hosts.first(DedupSummary.listed).map { .init(name: $0.name, dropped: $0.count) }
        var largest: [(number: Int, size: Int)] = []
        var output: [UInt8] = []
        try decisions.forEachCluster { (representative, members) throws(PipelineError) in
            let number = Int(representative)
            largest.append((number, members.count + 1))
            if largest.count > 16 * DedupSummary.listed { largest = Self.first(largest) }
            var json = JSONWriter(continuing: &output)
            json.beginObject()
            json.field("cluster", number)
            json.field("size", members.count + 1)
            json.key("representative")
            json.beginObject()
            append(number, names, to: &json)
            json.endObject()
            json.key("members")
            json.beginArray()
            for member in members {
                let decision = decisions[Int(member)]
                json.beginObject()
                append(Int(member), names, to: &json)
                json.field("relation", (decision.relation ?? .exact).rawValue)
                json.append(figuresOf: decision)
                if decision.isBoilerplateOnly { json.field("boilerplate_only", true) }
                json.endObject()
                if json.bytes.count >= Self.bufferBytes {
                    json.drain(into: &output)
                    try Self.flush(&output, to: file)
                }
            }
            json.endArray()
            json.endObject()
            json.endLine()
            json.finish(&output)
            if output.count >= Self.bufferBytes { try Self.flush(&output, to: file) }
        }
        try Self.flush(&output, to: file)
        summary.largestClusters = Self.first(largest)
            .map { number, size in
                .init(number: number, id: String(decoding: names[number].id, as: UTF8.self), size: size)
            }
    }

    private static func first(_ clusters: [(number: Int, size: Int)]) -> [(number: Int, size: Int)] {
        Array(clusters.sorted { ($1.size, $0.number) < ($0.size, $1.number) }.prefix(DedupSummary.listed))
    }

    private static func flush(_ output: inout [UInt8], to file: any StorageFile) throws(PipelineError) {
        let written = output
        try PipelineError.writing { () throws(StorageError) in try file.append(written) }
        output.removeAll(keepingCapacity: true)
    }

    /// Appends what a document is called and where it lies.
    private func append(_ number: Int, _ names: DocumentNames, to json: inout JSONWriter) {
        let (name, place) = (names[number], places[number])
        json.field("id", utf8: name.id)
        if !name.url.isEmpty { json.field("url", utf8: name.url) }
        if !name.date.isEmpty { json.field("date", utf8: name.date) }
        json.field("source", inputs[Int(place.input)].name)
        json.field("offset", Int(clamping: place.offset))
    }
}
