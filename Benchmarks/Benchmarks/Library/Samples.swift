import CrawlModel
import CrawlReading
import Foundation
import NearDuplicates

/// The sample crawl, over and over, each time with a word of its own after every few, so that no two texts are alike.
struct Samples: Sendable {
    /// Some 12 MB.
    let documents: [Document]
    /// About a mebibyte of the sample's longer texts, in ASCII alone: what kernels are given.
    let mebibyte: [String]
    /// The same with every `e` accented.
    let accented: [String]
    /// The sample's Korean and Japanese texts, a mebibyte of them.
    let withoutSpaces: [String]

    static let copies = 80

    init() throws {
        let originals = try Self.read()
        documents = (0..<Self.copies)
            .flatMap { copy in
                originals.map { Document(id: "\($0.id)#\(copy)", text: Self.vary($0.text, copy), url: $0.url) }
            }
        mebibyte = Self.mebibyte(
            originals.map(\.text).filter { $0.utf8.count > 500 && !Self.isMostlyWide($0) }
                .map { String(String.UnicodeScalarView($0.unicodeScalars.map { $0.isASCII ? $0 : "-" })) }
        )
        accented = mebibyte.map { $0.replacingOccurrences(of: "e", with: "é") }
        withoutSpaces = Self.mebibyte(originals.map(\.text).filter { Self.isMostlyWide($0) })
    }

    /// Texts of the crawl that are not in it.
    var unseen: [String] { documents.prefix(200).map { Self.vary($0.text, 1_000_003) } }

    private static func read() throws -> [Document] {
        let path = URL(fileURLWithPath: #filePath).appendingPathComponent("../../../../Data/crawl.jsonl").standardized
            .path
        var reader = try CrawlReader(inputs: [CrawlInput(path: path)])
        var parser = try DocumentParser()
        var batch = DocumentBatch()
        var documents: [Document] = []
        while let records = reader.next() {
            parser.parse(records, into: &batch)
            documents += batch.entries.indices.map { batch.document(at: $0) }
        }
        return documents
    }

    private static func vary(_ text: String, _ copy: Int) -> String {
        var (varied, words) = ("", 0)
        for word in text.split(separator: " ") {
            varied += word
            varied += " "
            words += 1
            if words.isMultiple(of: 4) { varied += "w\(copy)x\(words) " }
        }
        return varied
    }

    private static func mebibyte(_ texts: [String]) -> [String] {
        var (all, bytes): ([String], Int) = ([], 0)
        while bytes < 1 << 20, !texts.isEmpty {
            for text in texts where bytes < 1 << 20 {
                all.append(text)
                bytes += text.utf8.count
            }
        }
        return all
    }

    private static func isMostlyWide(_ text: String) -> Bool {
        text.utf8.count { $0 >= 0x80 } > text.utf8.count / 2
    }
}

/// A folder that is removed with the value.
final class Folder {
    let path = NSTemporaryDirectory() + "neardup-bench-" + UUID().uuidString

    deinit { try? FileManager.default.removeItem(atPath: path) }
}
