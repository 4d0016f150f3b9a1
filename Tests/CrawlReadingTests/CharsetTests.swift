import CrawlModel
import CrawlReading
import Testing

private func readHTML(_ body: [UInt8], charset: String? = nil) throws -> Reading {
    let type = charset.map { "text/html; charset=\($0)" } ?? "text/html"
    return try readWARC([response(1, http(body, ["Content-Type: \(type)"]))])
}

private let samples: [(label: String, bytes: [UInt8], text: String)] = [
    ("iso-8859-1", [0x63, 0x61, 0x66, 0xE9, 0x20, 0x93, 0x80], "café “€"),
    ("windows-1251", [0xCF, 0xF0, 0xE8, 0xE2, 0xE5, 0xF2], "Привет"),
    ("koi8-r", [0xF0, 0xD2, 0xC9, 0xD7, 0xC5, 0xD4], "Привет"),
    ("Shift_JIS", [0x93, 0xFA, 0x96, 0x7B, 0x8C, 0xEA, 0x87, 0x40], "日本語①"),
    ("EUC-JP", [0xC6, 0xFC, 0xCB, 0xDC, 0xB8, 0xEC], "日本語"), ("gb2312", [0xD6, 0xD0, 0xCE, 0xC4], "中文"),
    ("gbk", [0xD6, 0xD0, 0xCE, 0xC4, 0x81, 0x40], "中文丂"), ("euc-kr", [0xC7, 0xD1, 0xB1, 0xB9, 0xBE, 0xEE], "한국어"),
    ("ks_c_5601-1987", [0xC7, 0xD1, 0x8C, 0x63], "한똠"), ("big5", [0xA4, 0xA4, 0xA4, 0xE5], "中文"),
    ("iso-8859-2", [0xB1, 0xE6], "ąć"), ("iso-8859-9", [0xFE, 0xF0], "şğ"), ("windows-874", [0xA1, 0xD2], "กา"),
    (
        "iso-2022-jp", [0x1B, 0x24, 0x42, 0x46, 0x7C, 0x4B, 0x5C, 0x38, 0x6C, 0x1B, 0x28, 0x42], "日本語"
    ),
]

@Test func charsetsAreReadAsBrowsersReadThem() throws {
    for (label, bytes, text) in samples {
        let body = Array("<p>".utf8) + bytes
        for charset in [label, "\"\(label.uppercased())\"", " \(label) ; x=y"] {
            let named = try readHTML(body, charset: charset)
            #expect(named.texts == [text] && named.repairs.illFormedSequences == 0, "header \(charset)")
        }
        for meta in [
            "<meta charset=\(label)>", "<META http-equiv='Content-Type' content='text/html; charset=\(label)'>",
            "<?xml version='1.0' encoding='\(label)'?>",
        ] {
            let declared = try readHTML(Array(meta.utf8) + body)
            #expect(declared.texts == [text], "\(meta)")
        }
    }
}

@Test func byteOrderMarksComeFirst() throws {
    let text = "Grüße 日本"
    var little: [UInt8] = [0xFF, 0xFE]
    var big: [UInt8] = [0xFE, 0xFF]
    for unit in text.utf16 {
        little += [UInt8(unit & 0xFF), UInt8(unit >> 8)]
        big += [UInt8(unit >> 8), UInt8(unit & 0xFF)]
    }
    let marked: [UInt8] = [0xEF, 0xBB, 0xBF] + Array(text.utf8)
    for body in [little, big, marked] {
        #expect(try readHTML(body, charset: "iso-8859-1").texts == [text])
        #expect(try readWARC([response(1, http(body, ["Content-Type: text/plain"]))]).texts == [text])
    }
}

@Test func whatIsWellFormedUTF8IsUTF8() throws {
    let body = Array("<meta charset=iso-8859-1><p>Grüße".utf8)
    #expect(try readHTML(body, charset: "windows-1251").texts == ["Grüße"])
    #expect(try readHTML(Array("<p>Grüße".utf8)).texts == ["Grüße"])
    #expect(try readHTML(Array("<p>Grüße".utf8), charset: "made-up").texts == ["Grüße"])
}

@Test func undeclaredBytesAreWindows1252UnlessMostlyUTF8() throws {
    #expect(try readHTML([0x3C, 0x70, 0x3E, 0x47, 0x72, 0xFC, 0xDF, 0x65]).texts == ["Grüße"])
    // A page of UTF-8 that was cut within a character, and one with a bad byte.
    #expect(try readHTML(Array("<p>Grüße ".utf8) + [0xE6, 0x97]).texts == ["Grüße \u{FFFD}"])
    let long = String(repeating: "ü", count: 20)
    let bad = try readHTML(Array("<p>\(long)".utf8) + [0xFF] + Array("x".utf8))
    #expect(bad.texts == [long + "\u{FFFD}x"] && bad.repairs.illFormedSequences == 1 && bad.repairs.records == 1)
}

@Test func illFormedBytesAreReplacedAndCounted() throws {
    let utf8 = try readHTML([0x61, 0xFF, 0x62, 0xC3], charset: "utf-8")
    #expect(utf8.texts == ["a\u{FFFD}b\u{FFFD}"] && utf8.repairs.illFormedSequences == 2)
    let japanese = try readHTML([0x93, 0xFA, 0xFF, 0x61, 0x93], charset: "shift_jis")
    #expect(japanese.texts == ["日\u{FFFD}a\u{FFFD}"] && japanese.repairs.illFormedSequences == 2)
    // One bad character leaves the converter as it was for the next page.
    #expect(try readHTML([0x93, 0xFA], charset: "shift_jis").texts == ["日"])
}
