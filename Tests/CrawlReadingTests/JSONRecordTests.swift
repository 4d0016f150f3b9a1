import CrawlModel
import CrawlReading
import Testing

/// The text of the only record, or nil where it was skipped.
private func text(_ record: String, _ options: ReadingOptions = ReadingOptions()) throws -> String? {
    let reading = try read(record, options)
    #expect(reading.documents.count + reading.skipped.count == 1)
    return reading.texts.first
}

private func code(_ record: String, _ options: ReadingOptions = ReadingOptions()) throws -> SkipCode? {
    try read(record, options).skipped.first?.code
}

@Test func fieldsAreFound() throws {
    let reading = try read(#"{"a":[1,{"text":"no"}],"id":"x","url":"http://h/","date":"2024","text":"yes","b":null}"#)
    let document = try #require(reading.documents.first)
    #expect(document.id == "x")
    #expect(document.text == "yes")
    #expect(document.url == "http://h/")
    #expect(document.date == "2024")
    #expect(document.host == "h")
}

@Test func fieldsMayBeNestedOrHaveDottedKeys() throws {
    let options = ReadingOptions(idField: "meta.id", textField: "a.b.c", urlField: "meta.url")
    let nested = #"{"meta":{"x":{},"url":"u","id":7},"a":{"b":{"c":"deep"}}}"#
    let dotted = #"{"meta.url":"u","meta.id":7,"a.b.c":"deep"}"#
    let mixed = #"{"meta":{"url":"u","id":7},"a":{"b.c":"deep"}}"#
    for record in [nested, dotted, mixed] {
        let reading = try read(record, options)
        #expect(reading.ids == ["7"] && reading.texts == ["deep"], "\(record)")
        #expect(reading.documents.first?.url == "u")
    }
    #expect(try code(#"{"a":{"b":"c"}}"#, options) == .missingText)
    #expect(try code(#"{"a":["b"]}"#, options) == .missingText)
}

@Test func twoFieldsMayHaveOneKey() throws {
    let reading = try read(#"{"text":"both"}"#, ReadingOptions(idField: "text"))
    #expect(reading.ids == ["both"] && reading.texts == ["both"])
}

@Test func theFirstOfTwoEqualKeysWins() throws {
    #expect(try text(#"{"text":"first","text":"second","id":1,"id":2}"#) == "first")
    #expect(try read(#"{"id":"a","text":"","id":"b"}"#).ids == ["a"])
    #expect(try code(#"{"text":null,"text":"second"}"#) == .textNotString)
}

@Test func keysMayHaveEscapes() throws {
    #expect(try text(#"{"t\u0065xt":"found"}"#) == "found")
    #expect(try text(#"{"te\"xt":1,"text":"found"}"#) == "found")
}

@Test(arguments: ["1.0e3", "18446744073709551616", "-0", "12345678901234567890123", "1E-7"])
func numbersAreIDsAsWritten(number: String) throws {
    #expect(try read(#"{"id": \#(number) ,"text":"t"}"#).ids == [number])
    #expect(try read(#"{"text":"t","id":\#(number)}"#).ids == [number])
}

@Test func aRecordWithoutIDIsNamedBySourceAndOffset() throws {
    let folder = try TemporaryFolder()
    let path = try folder.write(
        Array("\u{FEFF}\n{\"text\":\"a\"}\n{\"id\":null,\"text\":\"b\"}\n{\"id\":\"\",\"text\":\"c\"}".utf8),
        to: "a.jsonl"
    )
    let reading = try read([CrawlInput(path: path)])
    #expect(reading.ids == ["\(path)@4", "\(path)@17", "\(path)@40"])
    #expect(reading.documents.map { $0.location?.defaultID } == reading.ids)
    #expect(reading.documents.map { $0.location?.length } == [12, 22, 20])
}

@Test func idsThatAreNeitherStringNorNumberAreRefused() throws {
    for value in ["true", "false", "[1]", #"{"$oid":"5"}"#] {
        #expect(try code(#"{"id":\#(value),"text":"t"}"#) == .unusableID, "\(value)")
    }
    let long = String(repeating: "x", count: ReadingOptions.maxIDBytes + 1)
    #expect(try code(#"{"id":"\#(long)","text":"t"}"#) == .idTooLong)
    let reading = try read(#"{"url":"\#(long)","text":"t"}"#)
    #expect(reading.documents.count == 1 && reading.documents.first?.url == nil, "only the URL is left out")
}

@Test func escapesAreUndone() throws {
    #expect(try text(#"{"text":"\"\\\/\b\f\n\r\t\u0041\u00e9\u65E5\uD83d\ude00"}"#) == "\"\\/\u{8}\u{C}\n\r\tAé日😀")
    #expect(try text(#"{"text":""}"#) == "")
    #expect(try text(#"{"text":"\u0000"}"#) == "\0")
    // Escapes at every place of a vector's width.
    for count in 0..<70 {
        let plain = String(repeating: "x", count: count)
        #expect(try text(#"{"text":"\#(plain)\n\#(plain)\u65e5"}"#) == plain + "\n" + plain + "日", "\(count)")
    }
}

@Test func halvesOfSurrogatePairsBecomeReplacementCharacters() throws {
    let reading = try read(
        #"{"text":"a\ud83db \ude00 \ud83d\u0041 \ud83d\ud83d\ude00 \ud83d"}"# + "\n" + #"{"text":"\udc00\\u"}"#
    )
    #expect(reading.texts == ["a\u{FFFD}b \u{FFFD} \u{FFFD}A \u{FFFD}😀 \u{FFFD}", "\u{FFFD}\\u"])
    #expect(reading.repairs.loneSurrogates == 6)
    #expect(reading.repairs.records == 2)
}

@Test func illFormedBytesBecomeReplacementCharacters() throws {
    var record = Array(#"{"id":"k","text":"a"#.utf8)
    record += [0xFF, 0x62, 0xE2, 0x82, 0x63, 0xF0, 0x9F, 0x98, 0xC0, 0xAF, 0xED, 0xA0, 0x80]
    record += Array(#"z"}"#.utf8)
    let reading = try read(record)
    // As Unicode recommends: one for each maximal subpart; String's own decoding agrees.
    let expected = String(decoding: record, as: UTF8.self)
    #expect(expected.contains(try #require(reading.texts.first)))
    #expect(reading.ids == ["k"])
    #expect(reading.repairs.illFormedSequences == 8)
}

@Test func rawControlsBecomeSpaces() throws {
    let reading = try read("{\"id\":\"k\",\"text\":\"a\tb\u{0}c\"}\n{\"text\":\"fine\"}")
    #expect(reading.texts == ["a b c", "fine"])
    #expect(reading.repairs.rawControls == 2 && reading.repairs.records == 1)
}

@Test(arguments: [
    "{", "}", "{\"text\":\"t\"", "{\"text\":\"t\"}}", "{\"text\":\"t\"}{\"text\":\"u\"}", "{\"text\":\"t\",}", "{,}",
    "{\"text\" \"t\"}", "{\"text\":}", "{\"text\":\"t\" \"id\":1}", "{\"text\":\"t", "{text:\"t\"}", "{\"text\":'t'}",
    "{\"text\":\"t\",\"a\":tru}", "{\"text\":\"t\",\"a\":01}", "{\"text\":\"t\",\"a\":1.}",
    "{\"text\":\"t\",\"a\":[1,]}",
    "{\"text\":\"t\",\"a\":[1}", "{\"text\":\"t\",\"a\":{\"b\"}}", "{\"text\":\"t\"]", "{\"text\":\"\\x\"}",
    "{\"text\":\"\\u12g4\"}",
    "{\"text\":\"t\",\"a\":nullnull}", "{\"text\":\"t\",\"a\":\"b\"c}", "{\"text\":\"t\"} x",
    "{\"a\":[[{}]],\"text\":\"t\",\"b\":{]}}",
    "{\"text\":\"t\",\"id\":--1}", "{\"text\":\"t\",\"id\":1x}", "x",
])
func whatIsNoJSONIsSkipped(record: String) throws {
    let reading = try read("{\"text\":\"before\"}\n\(record)\n{\"text\":\"after\"}")
    #expect(reading.texts == ["before", "after"])
    #expect(reading.codes == [.invalidJSON])
    #expect(reading.skipped.first?.location.offset == 18)
    #expect(reading.skipped.first?.location.length == UInt64(record.utf8.count))
}

@Test func whatIsNoDocumentIsSkippedByName() throws {
    #expect(try code("[1,2]") == .notAnObject)
    #expect(try code("\"text\"") == .notAnObject)
    #expect(try code("null") == .notAnObject)
    #expect(try code("{}") == .missingText)
    #expect(try code(#"{"body":"t"}"#) == .missingText)
    #expect(try code(#"{"text":7}"#) == .textNotString)
    #expect(try code(#"{"text":["t"]}"#) == .textNotString)
    let missing = try read(#"{"body":"t"}"#).skipped.first
    #expect(missing?.message.contains("'text'") == true)
}

@Test func hostileNestingIsNoTrouble() throws {
    let open = String(repeating: "[", count: 1_000_000)
    let close = String(repeating: "]", count: 1_000_000)
    #expect(try code(#"{"text":"t","a":\#(open)\#(close)}"#) == .invalidJSON)
    #expect(try code(#"{"text":"t","a":\#(open)"#) == .invalidJSON)
    #expect(try code(String(repeating: #"{"text":"#, count: 200_000)) == .invalidJSON)
    let deep = String(repeating: "[", count: 1000) + String(repeating: "]", count: 1000)
    #expect(try text(#"{"a":\#(deep),"text":"t"}"#) == "t")
}

@Test func aTextOverItsLimitIsCutAtACharacter() throws {
    for limit in 1...12 {
        let reading = try read(#"{"id":1,"text":"aé日😀z"}"#, ReadingOptions(maxTextBytes: limit))
        let text = try #require(reading.texts.first)
        #expect(text.utf8.count <= limit && "aé日😀z".hasPrefix(text), "\(limit)")
        #expect(text.utf8.count > limit - 4)
        #expect(reading.documents.first?.textWasCut == (limit < 11))
        #expect(reading.repairs.cutTexts == (limit < 11 ? 1 : 0))
    }
}
