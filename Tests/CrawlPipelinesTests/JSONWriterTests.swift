import CrawlPipelines
import Foundation
import TestSupport
import Testing

struct JSONWriterTests {
    private func parsed(_ write: (inout JSONWriter) -> Void) throws -> [String: Any] {
        var json = JSONWriter()
        json.beginObject()
        write(&json)
        json.endObject()
        json.endLine()
        #expect(json.bytes.last == UInt8(ascii: "\n"))
        #expect(json.bytes.count { $0 < 0x20 } == 1, "a control character in the line")
        return try #require(try JSONSerialization.jsonObject(with: Data(json.bytes)) as? [String: Any])
    }

    @Test("every ASCII character and some others come back from a standard parser")
    func characters() throws {
        let special = ["\u{7F}", "\u{80}", "\u{E9}", "\u{2028}", "\u{FFFD}", "\u{FFFF}", "\u{1F600}", "\u{10FFFF}"]
        for text in (0..<128).map({ String(Unicode.Scalar($0 as UInt8)) }) + special {
            let object = try parsed {
                $0.field("value", text)
                $0.field(text, "key")
            }
            #expect((object["value"] as? String).map { Array($0.utf8) } == Array(text.utf8))
            #expect(object[text] as? String == "key", "\(text.debugDescription)")
        }
    }

    @Test("made-up strings come back from a standard parser", arguments: 0..<8)
    func strings(_ seed: UInt64) throws {
        var generator = SeededGenerator(seed: seed)
        for _ in 0..<100 {
            let scalars = (0..<Int.random(in: 0...40, using: &generator))
                .compactMap { _ in
                    let limit: UInt32 = [0x30, 0x80, 0x800, 0x11_0000].randomElement(using: &generator)!
                    return Unicode.Scalar(UInt32.random(in: 0..<limit, using: &generator))
                }
            let text = String(String.UnicodeScalarView(scalars))
            let object = try parsed { $0.field("value", text) }
            #expect((object["value"] as? String).map { Array($0.utf8) } == Array(text.utf8))
        }
    }

    @Test("nested arrays and objects have commas where they belong")
    func nesting() throws {
        let object = try parsed {
            $0.field("first", 1)
            $0.key("empty")
            $0.beginArray()
            $0.endArray()
            $0.key("list")
            $0.beginArray()
            $0.element("a")
            $0.element("b")
            $0.beginObject()
            $0.field("c", Int.min)
            $0.endObject()
            $0.beginObject()
            $0.endObject()
            $0.endArray()
            $0.field("last", 0.5)
        }
        #expect(object.keys.sorted() == ["empty", "first", "last", "list"])
        let list = try #require(object["list"] as? [Any])
        #expect(list.count == 4)
        #expect((list[2] as? [String: Any])?["c"] as? Int == Int.min)
    }

    @Test(
        "shares have four decimals",
        arguments: [
            (0, "0.0000"), (1, "1.0000"), (0.30305, "0.3031"), (0.00004, "0.0000"), (0.99996, "1.0000"),
            (-0.2, "0.0000"),
            (.nan, "0.0000"),
        ] as [(Double, String)]
    )
    func decimals(_ value: Double, _ expected: String) {
        var json = JSONWriter()
        json.field("x", value)
        #expect(String(decoding: json.bytes, as: UTF8.self) == "\"x\":\(expected)")
    }

    @Test("every share of four decimals is written as it is")
    func allShares() {
        for number in 0...10_000 {
            var json = JSONWriter()
            json.field("x", Double(number) / 10_000)
            let decimals = String(number % 10_000)
            let expected = "\(number / 10_000)." + String(repeating: "0", count: 4 - decimals.count) + decimals
            #expect(String(decoding: json.bytes, as: UTF8.self) == "\"x\":\(expected)")
        }
    }
}
