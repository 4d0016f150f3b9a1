internal import IndexStorage
internal import NearDuplicates
internal import ShardFormat

extension LiveState {
    /// Does again what a log says.
    mutating func apply(_ entry: LogEntry) throws(IndexError) {
        switch entry {
        case .remove(let ids):
            for id in ids {
                if let place = try find(id.span, hash: IdentifierHash.hash(id.span)) { kill(place) }
            }
        case .add(let columns):
            // A later document of one frame may take an earlier one's place.
            var kept = DocumentColumns()
            var last: [[UInt8]: Int] = [:]
            for document in 0..<columns.count { last[columns.bytes(ofID: document)] = document }
            for document in 0..<columns.count where last[columns.bytes(ofID: document)] == document {
                let hash = columns.figures[document].idHash
                if let place = try find(columns.id(of: document), hash: hash) { kill(place) }
                kept.append(document, of: columns)
            }
            append(kept)
        }
    }

    /// The logs of a directory from a first one on, without gaps.
    ///
    /// - Throws: ``IndexError/damaged(_:)`` where one is missing.
    static func logs(_ files: [String], from first: String, in path: String) throws(IndexError) -> [UInt64] {
        let numbers = files.compactMap(IndexFiles.logNumber).sorted()
        guard let number = IndexFiles.logNumber(first) else {
            throw .damaged(missing(first, in: path))
        }
        let later = numbers.filter { $0 >= number }
        for (offset, found) in later.enumerated() where found != number + UInt64(offset) {
            throw .damaged(missing(IndexFiles.log(number + UInt64(offset)), in: path))
        }
        if later.isEmpty { throw .damaged(missing(first, in: path)) }
        return later
    }

    private static func missing(_ name: String, in path: String) -> ShardError {
        .corrupt(
            path: path + "/" + name,
            section: "file",
            offset: 0,
            expected: "the log that the manifest, or the log after it, tells of",
            found: "no file of that name"
        )
    }

    /// Does again what the logs say.
    ///
    /// - Parameters:
    ///   - storage: where they lie.
    ///   - numbers: which, in order.
    ///   - read: reads a file of a name.
    /// - Throws: ``IndexError/damaged(_:)`` of damage that is not at the end of the last.
    mutating func replay(
        _ storage: any IndexDirectory,
        _ numbers: [UInt64],
        _ read: (String) throws(StorageError) -> MappedFile
    ) throws(IndexError) {
        for number in numbers {
            let name = IndexFiles.log(number)
            let path = storage.path + "/" + name
            var entries: [LogEntry] = []
            do {
                let file = try read(name)
                _ = try file.withBytes { bytes throws(ShardError) in
                    try LogReader.read(
                        bytes,
                        path: path,
                        number: number,
                        parameters: parameters,
                        isLast: number == numbers.last
                    ) { entries.append($0) }
                }
            } catch {
                throw IndexError(any: error, path: path)
            }
            try apply(entries)
        }
    }

    /// Additions that follow each other are done as one: tables of few documents would be made again and again.
    private mutating func apply(_ entries: [LogEntry]) throws(IndexError) {
        var gathered = DocumentColumns()
        for entry in entries {
            switch entry {
            case .add(let columns):
                gathered.append(contentsOf: columns)
                if gathered.count < Self.documentsAtOnce { continue }
            case .remove: break
            }
            try apply(.add(gathered))
            gathered = DocumentColumns()
            if case .remove = entry { try apply(entry) }
        }
        try apply(.add(gathered))
    }

    private static var documentsAtOnce: Int { 1 << 14 }
}

extension DocumentColumns {
    func bytes(ofID document: Int) -> [UInt8] {
        let id = id(of: document)
        return id.indices.map { id[$0] }
    }
}
