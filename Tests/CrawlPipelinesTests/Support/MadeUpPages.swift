import CrawlPipelines
import StreamCompression
import TestSupport

/// A page of a made-up crawl.
struct Page: Hashable {
    var id: String
    var text: String
}

/// Pages made up from a seed: some of their own, some copied, edited, cut or put together from earlier ones.
func madeUpPages(_ count: Int, seed: UInt64, prefix: String = "page", like known: [Page] = []) -> [Page] {
    var generator = SeededGenerator(seed: seed)
    var texts = known.map { $0.text.split(separator: " ").map(String.init) }
    return (0..<count)
        .map { number in
            var words: [String]
            switch Int.random(in: 0..<8, using: &generator) {
            case 0 where !texts.isEmpty:
                words = texts.randomElement(using: &generator)!
            case 1 where !texts.isEmpty:
                words = texts.randomElement(using: &generator)!
                    .map { Int.random(in: 0..<40, using: &generator) == 0 ? "changed" : $0 }
            case 2 where !texts.isEmpty:
                words = texts.randomElement(using: &generator)! + texts.randomElement(using: &generator)!
            case 3 where !texts.isEmpty:
                let whole = texts.randomElement(using: &generator)!
                words = Array(whole[(whole.count / 4)..<(3 * whole.count / 4)])
            case 4:
                words = (0..<30)
                    .map { _ in String(Unicode.Scalar(0x4E00 + UInt32.random(in: 0..<900, using: &generator))!) }
            default:
                let length = Int.random(in: 1...400, using: &generator)
                words = (0..<length).map { _ in String(UInt16.random(in: 0...4000, using: &generator), radix: 30) }
            }
            if words.count > 1000 { words.removeLast(words.count - 1000) }
            texts.append(words)
            return Page(id: "\(prefix)-\(number)", text: words.joined(separator: " "))
        }
}

/// A page as a line of JSON.
func jsonLine(_ page: Page) -> String {
    var json = JSONWriter()
    json.beginObject()
    json.field("id", page.id)
    json.field("url", "https://example.org/\(page.id)")
    json.field("text", page.text)
    json.endObject()
    json.endLine()
    return String(decoding: json.bytes, as: UTF8.self)
}

/// A page as Common Crawl writes its text.
func wetRecord(_ page: Page) -> String {
    """
    WARC/1.0\r
    WARC-Type: conversion\r
    WARC-Record-ID: <\(page.id)>\r
    Content-Type: text/plain\r
    Content-Length: \(page.text.utf8.count)\r
    \r
    \(page.text)\r
    \r

    """
}

/// Bytes packed as members, or frames, of at most `size` bytes.
func packed(_ text: String, _ kind: CompressionKind, size: Int = 10_000) throws -> [UInt8] {
    let bytes = Array(text.utf8)
    var encoder = try StreamEncoder(kind: kind)
    var packed: [UInt8] = []
    for start in stride(from: 0, to: bytes.count, by: size) {
        try encoder.appendMember(Array(bytes[start..<min(start + size, bytes.count)]), to: &packed)
    }
    return packed
}
