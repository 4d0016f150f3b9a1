internal import DuplicateClusters
internal import IndexStorage
internal import NearDuplicates

/// Every verified pair, a line each in the form of `check`'s answers, so that `evaluate` reads them.
final class PairsFile {
    private let storage: DirectoryStorage
    private let name: String
    private let file: any StorageFile
    private let names: DocumentNames
    private let places: DocumentPlaces
    private let inputs: [KnownInput]
    private var paired: DocumentSet
    private var output: [UInt8] = []

    private static let bufferBytes = 1 << 18

    /// Begins the file, which has its name once it is whole.
    init(
        _ path: String,
        _ snapshot: IndexSnapshot,
        _ places: DocumentPlaces,
        _ inputs: [KnownInput],
        in folder: WorkingFolder
    ) throws(PipelineError) {
        let slash = path.lastIndex(of: "/")
        storage = DirectoryStorage(path: slash.map { String(path[...$0]) } ?? ".")
        name = slash.map { String(path[path.index(after: $0)...]) } ?? path
        self.places = places
        self.inputs = inputs
        paired = DocumentSet(universe: places.count)
        names = try DocumentNames(of: snapshot, in: folder, wanted: nil)
        let (storage, partial) = (storage, OutputTree.partial(name))
        try FileTree.remove(storage.path + "/" + partial)
        file = try PipelineError.writing { () throws(StorageError) in
            try storage.prepare()
            return try storage.create(partial)
        }
    }

    /// Adds a pair.
    func add(_ pair: VerifiedPair) throws(PipelineError) {
        paired[pair.document] = true
        paired[pair.other] = true
        try add(pair.document) { json in
            json.beginObject()
            append(pair.other, to: &json)
            json.field("relation", pair.relation.rawValue)
            json.field("jaccard", pair.figures.jaccard)
            json.field("containment", pair.figures.containment)
            json.field("coverage", pair.figures.coverage)
            json.endObject()
        }
    }

    /// Adds the documents that are in no pair, and gives the file its name.
    func finish() throws(PipelineError) {
        for document in 0..<places.count where !paired[document] { try add(document) { _ in } }
        let (file, output, storage, name) = (file, output, storage, name)
        try PipelineError.writing { () throws(StorageError) in
            try file.append(output)
            try file.synchronize()
            try file.close()
            try storage.replace(name, with: OutputTree.partial(name))
        }
    }

    private func add(_ document: Int, _ match: (inout JSONWriter) -> Void) throws(PipelineError) {
        var json = JSONWriter(continuing: &output)
        json.beginObject()
        append(document, to: &json)
        json.key("matches")
        json.beginArray()
        match(&json)
        json.endArray()
        json.endObject()
        json.endLine()
        json.finish(&output)
        guard output.count >= Self.bufferBytes else { return }
        let (file, written) = (file, output)
        try PipelineError.writing { () throws(StorageError) in try file.append(written) }
        output.removeAll(keepingCapacity: true)
    }

    private func append(_ document: Int, to json: inout JSONWriter) {
        let (name, place) = (names[document], places[document])
        json.field("id", utf8: name.id)
        if !name.url.isEmpty { json.field("url", utf8: name.url) }
        json.field("source", inputs[Int(place.input)].name)
        json.field("offset", Int(clamping: place.offset))
    }
}
