import CrawlModel
import CrawlReading
import Foundation
import StreamCompression
import TestSupport
import Testing

/// Reads damaged inputs of one format, from bytes to documents, and checks what must hold of each.
///
/// One parser reads all of them, so that what one leaves behind would show in the next.
final class MutationRun {
    private let samples: MutationSamples
    let file: MutatedFile
    private let deadline = Deadline(seconds: 60)
    private var encoder: StreamEncoder
    private var parsers: [KeptParser] = []
    private var parsed = DocumentBatch()
    private var spare: RecordBatch?
    private var failures = 0
    /// What every failure names: how to have it again.
    private var place = ""
    /// How many inputs ended whole, with damage, and gave documents: a run in which one is nought tests little.
    private(set) var complete = 0
    private(set) var damaged = 0
    private(set) var withDocuments = 0
    private(set) var resumed = 0

    /// How many inputs a run has, and the seed of the first; each has the next.
    static let count = environment("NEARDUP_MUTATIONS") ?? (environment("NEARDUP_STRESS") != nil ? 1_000_000 : 1500)
    static let firstSeed = environment("NEARDUP_MUTATION_SEED") ?? 1

    private static func environment(_ name: String) -> Int? {
        ProcessInfo.processInfo.environment[name].map { Int($0) ?? 1 }
    }

    init(_ samples: MutationSamples) throws {
        self.samples = samples
        encoder = try StreamEncoder(kind: samples.packing)
        file = try MutatedFile("input")
        for limits in Self.limits { parsers.append(KeptParser(try DocumentParser(options: limits))) }
    }

    deinit { deadline.stop() }

    /// Reads inputs of `count` seeds.
    func run() throws {
        for number in 0..<Self.count {
            try read(seed: UInt64(Self.firstSeed + number))
            // More of the same says nothing more.
            if failures == 5 { return }
        }
    }

    /// The limits that inputs are read under, in turn: hardly any, of records, of texts.
    private static let limits = [
        ReadingOptions(), ReadingOptions(maxRecordBytes: 700),
        ReadingOptions(maxRecordBytes: 32 << 10, maxTextBytes: 100),
    ]

    private func read(seed: UInt64) throws {
        var generator = SeededGenerator(seed: seed)
        let limits = Int.random(in: 0..<Self.limits.count, using: &generator)
        let bytes = try input(&generator)
        place = "seed \(seed) of \(samples.format.rawValue), \(samples.packing)"
        try file.replace(by: bytes, seed: seed)
        deadline.begin(place)
        let format = Bool.random(using: &generator) ? samples.format : nil
        let whole = try read(limits, format, batchBytes: 64 << 10)
        let parts = try read(limits, format, batchBytes: batchBytes(&generator))
        if let difference = whole.difference(from: parts) { fail("in smaller batches: \(difference)") }
        note(whole)
        if whole.end == .complete, samples.packing == .plain, whole.inflatedBytes != UInt64(bytes.count) {
            fail("\(whole.inflatedBytes) bytes of \(bytes.count)")
        }
        if samples.format == .jsonLines, samples.packing == .plain, format != nil { expectLines(of: bytes, whole) }
        guard let stop = parts.places.randomElement(using: &generator), parts.documents.count == whole.documents.count
        else { return }
        let rest = try read(limits, format, batchBytes: batchBytes(&generator), from: stop.point)
        resumed += 1
        guard let difference = whole.rest(after: stop).difference(from: rest) else { return }
        fail("from \(stop.point) on: \(difference)")
    }

    /// Damaged bytes; of what is packed half are damaged inside and half outside.
    private func input(_ generator: inout SeededGenerator) throws -> [UInt8] {
        var parts = samples.inputs.randomElement(using: &generator)!
        let others = samples.inputs.flatMap { $0 }
        let damagesInside = samples.packing == .plain || Bool.random(using: &generator)
        var mutator = Mutator(generator: generator, words: samples.words, others: others)
        if samples.packing == .plain {
            parts = [parts.flatMap { $0 }]
        } else if Bool.random(using: &mutator.generator) {
            parts = [parts.flatMap { $0 }]
        }
        if damagesInside {
            mutator.mutate(&parts[Int.random(in: parts.indices, using: &mutator.generator)])
        }
        var bytes: [UInt8] = []
        for part in parts { try encoder.appendMember(part, to: &bytes) }
        if !damagesInside { mutator.mutate(&bytes) }
        generator = mutator.generator
        return bytes
    }

    private func batchBytes(_ generator: inout SeededGenerator) -> Int {
        Int.random(in: 1...(1 << Int.random(in: 0...14, using: &generator)), using: &generator)
    }

    private func read(
        _ limits: Int,
        _ format: InputFormat?,
        batchBytes: Int,
        from point: ResumePoint? = nil
    ) throws -> ReadOutcome {
        var options = Self.limits[limits]
        options.format = format
        options.batchBytes = batchBytes
        var input = CrawlInput(path: file.path)
        input.resumePoint = point
        var reader = try CrawlReader(inputs: [input], options: options)
        var outcome = ReadOutcome()
        var batches = 0
        while let batch = reader.next(reusing: spare.take()) {
            parsers[limits].parser.parse(batch, into: &parsed)
            check(batch, options, number: batches)
            outcome.add(batch, parsed)
            batches += 1
            spare = batch
            // Every batch but the last takes a byte.
            if UInt64(batches) > outcome.inflatedBytes + 2 { fail("batch after batch without a byte") }
            if failures > 0, batches > 1 << 16 { break }
        }
        if outcome.end == nil { fail("expected a last batch, got none") }
        return outcome
    }

    private func check(_ batch: borrowing RecordBatch, _ options: ReadingOptions, number: Int) {
        if batch.sequence != number { fail("batch \(number) says that it is \(batch.sequence)") }
        // What the reader looks at to recognise a format, and a header beyond the longest record.
        let most = max(options.batchBytes, 64 << 10) + options.maxRecordBytes + 256 << 10
        if batch.bytes.count > most { fail("a batch of \(batch.bytes.count) bytes") }
        let records = batch.records.count + batch.skipped.count
        let found = parsed.entries.count + parsed.skipped.count + parsed.passedOver.total - batch.passedOver.total
        if found != records { fail("\(records) records, of which \(found) are accounted for") }
        var end = 0
        for record in batch.records {
            if record.start < end || record.count > options.maxRecordBytes { fail("record \(record)") }
            end = record.start + record.count
        }
        if end > batch.bytes.count { fail("a record to \(end) of \(batch.bytes.count) bytes") }
        for entry in parsed.entries {
            if entry.text.count > options.maxTextBytes { fail("a text of \(entry.text.count) bytes") }
            if entry.id.isEmpty { fail("no id") }
            // Parts by themselves: a character must not lie across two.
            for bytes in [
                parsed.text[entry.text], parsed.fields[entry.id], parsed.fields[entry.url], parsed.fields[entry.date],
            ]
            where !Self.isWellFormed(bytes) { fail("ill-formed UTF-8: \(Array(bytes.prefix(100)))") }
        }
    }

    private static func isWellFormed(_ bytes: ArraySlice<UInt8>) -> Bool {
        (try? UTF8Span(validating: bytes.span)) != nil
    }

    /// Each line that isn't blank gives a document or a reason.
    private func expectLines(of bytes: [UInt8], _ outcome: ReadOutcome) {
        var bytes = bytes[...]
        if bytes.starts(with: [0xEF, 0xBB, 0xBF]) { bytes = bytes.dropFirst(3) }
        let lines = bytes.split(separator: 0x0A)
            .count { line in !line.allSatisfy { [0x20, 0x09, 0x0D].contains($0) } }
        guard outcome.end == .complete else { return }
        let found = outcome.documents.count + outcome.skipped.count
        if found != max(lines, 1) { fail("\(lines) lines, and \(found) documents and reasons") }
    }

    private func note(_ outcome: ReadOutcome) {
        if outcome.end == .complete { complete += 1 } else { damaged += 1 }
        if !outcome.documents.isEmpty { withDocuments += 1 }
    }

    private func fail(_ what: String) {
        failures += 1
        if failures <= 5 { Issue.record("\(place): \(what)") }
    }
}

/// A parser that is kept beside others.
private final class KeptParser {
    var parser: DocumentParser

    init(_ parser: consuming DocumentParser) { self.parser = parser }
}
