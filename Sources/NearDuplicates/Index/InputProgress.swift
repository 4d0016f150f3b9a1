package import CrawlModel
package import ShardFormat

/// How much of one input is in an index once a batch of its documents is.
package struct InputProgress: Sendable {
    /// Where a batch ends.
    package enum End: Sendable {
        /// At the input's end.
        case finished
        /// At a place where reading can go on.
        case at(ResumePoint)
        /// Within something that is passed over: reading can't go on here.
        case nowhere
    }

    /// A hash of the input's absolute path.
    let path: UInt64
    private let stamp: FileStamp
    private let options: UInt64
    private let format: InputFormat
    private let end: End

    /// Creates progress.
    ///
    /// - Parameters:
    ///   - path: the input's absolute path.
    ///   - stamp: its state when it was opened.
    ///   - options: a hash of the options it is read with.
    ///   - format: what it holds.
    ///   - end: where the batch ends.
    package init(path: String, stamp: FileStamp, options: UInt64, format: InputFormat, end: End) {
        self.path = Self.hash(path)
        self.stamp = stamp
        self.options = options
        self.format = format
        self.end = end
    }

    /// The hash by which a ledger knows a path, or a set of options.
    package static func hash(_ text: String) -> UInt64 { IdentifierHash.hash(Array(text.utf8).span) }

    /// After the batch; nil where reading can't go on there.
    var afterBatch: InputLedger.Entry? {
        switch end {
        case .finished: entry(nil)
        case .at(let point): entry(point)
        case .nowhere: nil
        }
    }

    /// Before one of the batch's documents.
    func before(_ document: DocumentEntry) -> InputLedger.Entry {
        entry(ResumePoint(format: format, offset: document.recordOffset, packed: document.packed))
    }

    private func entry(_ point: ResumePoint?) -> InputLedger.Entry {
        InputLedger.Entry(
            size: stamp.size,
            modified: stamp.modified,
            options: options,
            position: point.map {
                InputLedger.Position(
                    format: $0.format.rawValue,
                    offset: $0.offset,
                    member: $0.packed.map { InputLedger.Member(offset: $0.offset, skip: $0.skip) }
                )
            }
        )
    }
}

extension InputLedger.Entry {
    /// The state of the file it speaks of.
    package var stamp: FileStamp { FileStamp(size: size, modified: modified) }

    /// Where reading goes on; nil where the file was read to its end, or where the place is in a format not known here.
    package var resumePoint: ResumePoint? {
        guard let position, let format = InputFormat(rawValue: position.format) else { return nil }
        return ResumePoint(
            format: format,
            offset: position.offset,
            packed: position.member.map { PackedLocation(offset: $0.offset, skip: $0.skip) }
        )
    }
}

extension IndexWriter {
    /// What the index says of an input.
    package func inputEntry(path: String) -> InputLedger.Entry? { ledger[InputProgress.hash(path)] }

    /// Remembers, from the next commit on, how much of an input is in the index: all of the batch, or what comes before
    /// its document `next`.
    func note(_ progress: InputProgress, before next: DocumentEntry? = nil) {
        guard let entry = next.map(progress.before) ?? progress.afterBatch, ledger[progress.path] != entry else {
            return
        }
        ledger[progress.path] = entry
        hasNewInputs = true
    }
}
