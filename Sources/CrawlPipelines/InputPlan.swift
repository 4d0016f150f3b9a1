internal import CrawlModel
internal import CrawlReading
internal import NearDuplicates
internal import ShardFormat

/// What of the inputs is still to be read, by what the index says of them.
struct InputPlan {
    /// What a plan leaves out, and where it begins anew.
    struct Known {
        var finished = 0
        var resumed = 0
        var notices: [InputNotice] = []
    }

    /// The inputs to read, in their order, some from where an earlier run stopped.
    private(set) var inputs: [CrawlInput] = []
    /// Their positions among all inputs.
    private(set) var positions: [Int] = []
    /// Their absolute paths; nil where an input is no regular file.
    private(set) var paths: [String?] = []
    /// Bytes of the inputs as they lie on disk that are left to read; nil where one of them is no regular file.
    private(set) var packedBytes: UInt64? = 0
    private(set) var known = Known()
    /// Stands for the options the inputs are read with.
    let options: UInt64

    /// Plans to read everything.
    ///
    /// O(inputs); each file is asked for its state and not opened.
    init(_ inputs: [CrawlInput], reading: ReadingOptions) {
        self.init(inputs, reading: reading) { _ in nil }
    }

    /// Plans to read what the writer's index does not have.
    init(_ inputs: [CrawlInput], reading: ReadingOptions, after writer: IndexWriter) {
        self.init(inputs, reading: reading, writer.inputEntry(path:))
    }

    private init(
        _ inputs: [CrawlInput],
        reading: ReadingOptions,
        _ entry: (String) -> InputLedger.Entry?
    ) {
        options = Self.hash(reading)
        var absolutePaths = AbsolutePaths()
        for (position, input) in inputs.enumerated() {
            guard !input.isStandardInput, input.problem == nil, let stamp = FileStamp.of(path: input.path) else {
                add(input, position, path: nil, bytes: input.problem == nil ? nil : 0)
                continue
            }
            let path = absolutePaths.path(of: input.path)
            guard let entry = entry(path) else {
                add(input, position, path: path, bytes: stamp.size)
                continue
            }
            if entry.stamp != stamp {
                known.notices.append(.changed(source: input.name))
                add(input, position, path: path, bytes: stamp.size)
            } else if entry.options != options {
                known.notices.append(.otherOptions(source: input.name))
                add(input, position, path: path, bytes: stamp.size)
            } else if entry.position == nil {
                known.finished += 1
            } else {
                var input = input
                input.resumePoint = entry.resumePoint
                // Its turn may come hours from now.
                input.resumeStamp = entry.stamp
                if let point = input.resumePoint {
                    known.resumed += 1
                    known.notices.append(.resumed(source: input.name, offset: point.offset))
                }
                let done = entry.position.map { $0.member?.offset ?? $0.offset } ?? 0
                add(input, position, path: path, bytes: stamp.size - min(done, stamp.size))
            }
        }
    }

    private mutating func add(_ input: CrawlInput, _ position: Int, path: String?, bytes: UInt64?) {
        inputs.append(input)
        positions.append(position)
        paths.append(path)
        if let bytes { packedBytes? += bytes } else { packedBytes = nil }
    }

    /// What the index has to remember once a batch is added; nil where its input can't be known again.
    func progress(after job: SketchingJob) -> InputProgress? {
        guard let stamp = job.stamp, let path = paths[job.documents.sourceIndex],
            let format = job.documents.source?.format
        else { return nil }
        let end: InputProgress.End =
            job.documents.end == .complete ? .finished : job.resumePoint.map { .at($0) } ?? .nowhere
        return InputProgress(path: path, stamp: stamp, options: options, format: format, end: end)
    }

    /// All that decides which documents an input gives.
    private static func hash(_ reading: ReadingOptions) -> UInt64 {
        let fields = [reading.idField, reading.textField, reading.urlField, reading.dateField]
        let sizes = [reading.maxRecordBytes, reading.maxTextBytes].map { "\($0)" }
        let kind = [reading.format?.rawValue ?? "", reading.usesURLAsID ? "url" : "id"]
        return InputProgress.hash((kind + fields + sizes).joined(separator: "\0"))
    }
}

/// Something about an input that a run begins with.
public enum InputNotice: Sendable, Hashable {
    /// The file is not as it was when it was indexed; it is read anew.
    case changed(source: String)
    /// The file was indexed with other reading options; it is read anew.
    case otherOptions(source: String)
    /// An earlier run stopped within the file; reading goes on at this byte of the inflated stream.
    case resumed(source: String, offset: UInt64)
}
