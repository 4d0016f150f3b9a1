import CrawlGeneration
import CrawlModel
import CrawlReading
import Foundation
import StreamCompression
import TestSupport
import Testing

extension GenerationSettings {
    /// Settings with some of them changed.
    static func with(_ seed: UInt64, _ change: (inout GenerationSettings) -> Void = { _ in }) -> GenerationSettings {
        var settings = GenerationSettings(seed: seed)
        change(&settings)
        return settings
    }
}

/// A crawl's first pages as a file of a format.
func crawl(_ settings: GenerationSettings, _ format: GeneratedFormat, pages: Int) throws -> [UInt8] {
    var generator = try CrawlGenerator(settings)
    return CrawlGenerator.preamble(format) + generator.block(0..<pages, as: format).bytes
}

/// A crawl's first pages as values.
func pages(_ settings: GenerationSettings, _ count: Int) throws -> [GeneratedPage] {
    var generator = try CrawlGenerator(settings)
    var pages: [GeneratedPage] = []
    for number in 0..<count { pages.append(generator.page(at: number)) }
    return pages
}

/// What the reader makes of a file.
func documents(in bytes: [UInt8], named name: String) throws -> [Document] {
    let folder = try TemporaryFolder()
    var reader = try CrawlReader(inputs: [CrawlInput(path: folder.write(bytes, to: name))])
    var parser = try DocumentParser()
    var batch = DocumentBatch()
    var documents: [Document] = []
    while let records = reader.next() {
        parser.parse(records, into: &batch)
        #expect(batch.skipped.isEmpty && batch.repairs == ReadingRepairs())
        if case .failed(let error)? = batch.end { Issue.record(error) }
        for index in batch.entries.indices {
            var document = batch.document(at: index)
            document.location = nil
            documents.append(document)
        }
    }
    return documents
}

/// Five-token shingles by the plain definition, for texts whose Han characters are tokens of their own.
func plainShingles(_ text: Substring) -> Set<[String]> {
    var tokens: [(text: String, isSingle: Bool)] = []
    var word = ""
    func close() {
        if !word.isEmpty { tokens.append((word, false)) }
        word = ""
    }
    for scalar in text.lowercased().decomposedStringWithCompatibilityMapping.unicodeScalars {
        // What decomposing separated from its letter vanishes; conjoining letters of Hangul stay.
        if (0x300...0x36F).contains(scalar.value) { continue }
        if scalar.properties.isIdeographic {
            close()
            tokens.append((String(scalar), true))
        } else if scalar.properties.isAlphabetic || scalar.properties.numericType != nil {
            word.unicodeScalars.append(scalar)
        } else {
            close()
        }
    }
    close()
    guard tokens.count >= 5 else { return tokens.isEmpty ? [] : [tokens.map(\.text)] }
    var shingles: Set<[String]> = []
    for start in 0...(tokens.count - 5) {
        let isDouble = start + 10 <= tokens.count && tokens[start..<start + 5].allSatisfy(\.isSingle)
        shingles.insert(tokens[start..<start + (isDouble ? 10 : 5)].map(\.text))
    }
    return shingles
}

extension GeneratedPage {
    /// The text without the template.
    var articleText: String { String(decoding: Array(text.utf8)[article], as: UTF8.self) }
}
