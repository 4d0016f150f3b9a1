import CrawlModel
import CrawlReading

/// What reading one input gave, small enough to be kept of every place where reading may go on.
struct ReadOutcome {
    /// How much was given before a place.
    struct Place {
        var point: ResumePoint
        var documents: Int
        var skipped: Int
        var passedOver: Int
        var recordTypes: Int
    }

    /// A hash of everything a document has.
    var documents: [Int] = []
    /// A hash of place and reason.
    var skipped: [Int] = []
    /// The last reasons, for people.
    var messages: [String] = []
    var passedOver = 0
    var recordTypes = 0
    var inflatedBytes: UInt64 = 0
    var end: RecordBatch.End?
    var places: [Place] = []
    var format: InputFormat?

    /// Takes what one batch gave.
    mutating func add(_ batch: borrowing RecordBatch, _ parsed: DocumentBatch) {
        for entry in parsed.entries { documents.append(Self.hash(entry, of: parsed)) }
        for record in parsed.skipped {
            var hasher = Hasher()
            hasher.combine(record.location)
            hasher.combine(record.code)
            hasher.combine(record.message)
            skipped.append(hasher.finalize())
            messages.append("\(record.location.offset) \(record.message)")
        }
        passedOver += parsed.passedOver.total
        recordTypes += parsed.recordTypes.total
        inflatedBytes += batch.inflatedBytes
        end = batch.end
        format = batch.source.format
        guard let point = batch.resumePoint else { return }
        places.append(
            Place(
                point: point,
                documents: documents.count,
                skipped: skipped.count,
                passedOver: passedOver,
                recordTypes: recordTypes
            )
        )
    }

    private static func hash(_ entry: DocumentEntry, of parsed: DocumentBatch) -> Int {
        var hasher = Hasher()
        for bytes in [
            parsed.text[entry.text], parsed.fields[entry.id], parsed.fields[entry.url], parsed.fields[entry.date],
        ] {
            hasher.combine(bytes.count)
            // The hasher reads the bytes and keeps no pointer.
            unsafe bytes.withUnsafeBytes { unsafe hasher.combine(bytes: $0) }
        }
        hasher.combine(entry.recordOffset)
        hasher.combine(entry.recordLength)
        hasher.combine(entry.packed)
        hasher.combine(entry.textWasCut)
        hasher.combine(entry.idWasMade)
        return hasher.finalize()
    }

    /// Why another reading of the same input didn't give the same; nil where it did.
    func difference(from other: ReadOutcome) -> String? {
        if documents != other.documents {
            return "\(documents.count) documents, then \(other.documents.count), or others; \(ends(other))"
        }
        if skipped != other.skipped {
            return "\(skipped.count) skipped, then \(other.skipped.count), or others; \(ends(other))"
        }
        if passedOver != other.passedOver { return "\(passedOver) passed over, then \(other.passedOver)" }
        if recordTypes != other.recordTypes { return "\(recordTypes) records, then \(other.recordTypes)" }
        return end == other.end ? nil : ends(other)
    }

    private func ends(_ other: ReadOutcome) -> String {
        "ends \(String(describing: end)), then \(String(describing: other.end)); \(messages), then \(other.messages)"
    }

    /// What comes after a place.
    func rest(after place: Place) -> ReadOutcome {
        var rest = self
        rest.documents.removeFirst(place.documents)
        rest.skipped.removeFirst(place.skipped)
        rest.passedOver -= place.passedOver
        rest.recordTypes -= place.recordTypes
        return rest
    }
}
