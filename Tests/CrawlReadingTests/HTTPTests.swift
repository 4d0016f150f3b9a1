import CrawlModel
import CrawlReading
import StreamCompression
import TestSupport
import Testing

private let page = Array("<p>hello</p>".utf8)

private func chunked(_ parts: [[UInt8]], end: String = "\r\n", last: Bool = true) -> [UInt8] {
    parts.flatMap { Array("\(String($0.count, radix: 16))\(end)".utf8) + $0 + Array(end.utf8) }
        + (last ? Array("0\(end)\(end)".utf8) : [])
}

private func reading(_ body: [UInt8], _ headers: [String], _ options: ReadingOptions = .init()) throws -> Reading {
    try readWARC([response(1, http(body, ["Content-Type: text/html"] + headers))], options)
}

/// Deflate data in blocks that aren't packed.
private func stored(_ bytes: [UInt8]) -> [UInt8] {
    let (low, high) = (UInt8(bytes.count & 0xFF), UInt8(bytes.count >> 8))
    return [1, low, high, ~low, ~high] + bytes
}

@Test func chunksAreTakenTogether() throws {
    let header = ["Transfer-Encoding: chunked"]
    for end in ["\r\n", "\n"] {
        for last in [true, false] {
            let whole = try reading(chunked([Array(page[..<5]), Array(page[5...])], end: end, last: last), header)
            #expect(whole.texts == ["hello"] && whole.repairs.mendedBodies == 0)
        }
    }
    let extended = Array("C;name=value\r\n<p>hello</p>\r\n0\r\nTrailer: x\r\n\r\n".utf8)
    #expect(try reading(extended, header).texts == ["hello"])
    // Bodies stored without the chunks their header tells of.
    for body in ["<p>hello</p>", "add <b>hello</b>", "5 hello", "a\r\nhello"] {
        #expect(try reading(Array(body.utf8), header).repairs.mendedBodies <= 1)
        #expect(try reading(Array(body.utf8), header).texts.first?.contains("hello") == true, "\(body)")
    }
    let broken = chunked([Array("<p>good".utf8)], last: false) + Array("zz\r\n<p>bad".utf8)
    let mended = try reading(broken, header)
    #expect(mended.texts == ["good"] && mended.repairs.mendedBodies == 1)
    let cut = try reading(Array("ff\r\n<p>hello".utf8), header)
    #expect(cut.texts == ["hello"] && cut.repairs.mendedBodies == 1)
}

@Test func everyCodingIsUndone() throws {
    let gzip = try pack([page], .gzip)
    let zstd = try pack([page], .zstd)
    let brotli: [UInt8] = [0x0B, 0x02, 0x80] + Array("hello".utf8) + [0x03]
    let cases: [(String, [UInt8])] = [
        ("gzip", gzip), ("x-gzip", gzip), ("GZIP", gzip), ("zstd", zstd), ("deflate", stored(page)),
        ("deflate", [0x78, 0x01] + stored(page) + [0, 0, 0, 0]), ("br", brotli), ("identity", page),
        ("gzip, gzip", try pack([gzip], .gzip)), ("deflate, gzip", try pack([stored(page)], .gzip)),
        ("identity, gzip", gzip),
    ]
    for (name, body) in cases {
        let plain = try reading(body, ["Content-Encoding: \(name)"])
        #expect(plain.texts == ["hello"] && plain.repairs.mendedBodies == 0, "\(name)")
        let sent = try reading(
            chunked([Array(body[..<3]), Array(body[3...])]),
            ["content-encoding:\(name)", "TRANSFER-ENCODING: Chunked"]
        )
        #expect(sent.texts == ["hello"] && sent.repairs.mendedBodies == 0, "\(name), chunked")
    }
}

@Test func bodiesThatAreNotPackedAreTakenAsTheyAre() throws {
    for name in ["gzip", "deflate", "zstd", "br", "gzip, br"] {
        let plain = try reading(page, ["Content-Encoding: \(name)"])
        #expect(plain.texts == ["hello"], "\(name)")
    }
    let unread = try reading([0, 1, 2, 3], ["Content-Encoding: made-up"])
    #expect(unread.passedOver.contents["bodies in an unread encoding"] == 1)
    #expect(try reading(page, ["Content-Encoding: made-up"]).texts == ["hello"])
}

@Test func truncatedBodiesGiveWhatTheyHave() throws {
    var generator = SeededGenerator(seed: 3)
    let words = (0..<40_000).map { _ in String(generator.next(), radix: 36) }.joined(separator: " ")
    for kind in [CompressionKind.gzip, .zstd] {
        let packed = try pack([Array("<p>\(words)".utf8)], kind)
        let cut = try reading(Array(packed[..<(packed.count * 9 / 10)]), ["Content-Encoding: \(kind.rawValue)"])
        let text = try #require(cut.texts.first)
        #expect(words.hasPrefix(text) && cut.repairs.mendedBodies == 1)
        #expect(text.utf8.count > words.utf8.count / 2)
    }
}

@Test func bombsAreCut() throws {
    let bomb = try pack([[UInt8](repeating: UInt8(ascii: "x"), count: 20 << 20)], .gzip)
    let options = ReadingOptions(maxRecordBytes: 1 << 20, maxTextBytes: 1 << 18)
    let cut = try reading(bomb, ["Content-Encoding: gzip"], options)
    #expect(cut.texts.map(\.utf8.count) == [1 << 18])
    #expect(cut.repairs.cutBodies == 1 && cut.repairs.cutTexts == 1)
    let twice = try reading(try pack([bomb], .gzip), ["Content-Encoding: gzip, gzip"], options)
    #expect(twice.texts.map(\.utf8.count) == [1 << 18])
}

@Test func headersMayBeSloppyHTTP() throws {
    let sloppy = [
        "HTTP/1.0 200\nContent-Type:text/html\n\n<p>hello",
        "HTTP/1.1 200 OK\r\nX\r\ncontent-type : text/html\r\n\r\n<p>hello",
        "HTTP/1.1 200 OK\r\nContent-Type:\r\n text/html;\r\n\tcharset=utf-8\r\n\r\n<p>hello",
        "http/2 200\r\n\r\n<p>hello",
        "HTTP/1.1 OK\r\nContent-Type: text/html\r\n\r\n<p>hello",
        "HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n<p>hello",
        "<p>hello",
    ]
    for content in sloppy { #expect(try text(of: Array(content.utf8)) == "hello", "\(content)") }
    let only = try readWARC([response(1, Array("HTTP/1.1 200 OK\r\nContent-Type: text/html".utf8))])
    #expect(only.passedOver.contents["empty bodies"] == 1)
}
