import CrawlModel
import CrawlReading
import Foundation
import StreamCompression
import Testing

private func names(_ inputs: [CrawlInput], in folder: TemporaryFolder) -> [String] {
    inputs.map { $0.name.hasPrefix(folder.path + "/") ? String($0.name.dropFirst(folder.path.count + 1)) : $0.name }
}

private func sampleFolder() throws -> TemporaryFolder {
    let folder = try TemporaryFolder()
    for name in [
        "b.txt", "a.txt", "sub/c.txt", "sub/d.jsonl", "sub/deep/e.jsonl", ".hidden", ".git/x.txt", "a/z.txt", "a-1.txt",
    ] {
        try folder.write(Array("text".utf8), to: name)
    }
    return folder
}

@Test func aDirectoryStandsForItsFilesInByteOrder() throws {
    let folder = try sampleFolder()
    let expected = ["a-1.txt", "a.txt", "a/z.txt", "b.txt", "sub/c.txt", "sub/d.jsonl", "sub/deep/e.jsonl"]
    #expect(names(CrawlInputs.resolve([folder.path]), in: folder) == expected)
    #expect(names(CrawlInputs.resolve([folder.path + "/"]), in: folder) == expected)
}

@Test(arguments: [
    ("*.txt", ["a-1.txt", "a.txt", "b.txt"]), ("?.txt", ["a.txt", "b.txt"]), ("[!a].txt", ["b.txt"]),
    ("[a-b].txt", ["a.txt", "b.txt"]), ("**/*.jsonl", ["sub/d.jsonl", "sub/deep/e.jsonl"]),
    ("sub/**", ["sub/c.txt", "sub/d.jsonl", "sub/deep/e.jsonl"]),
    ("s*", ["sub/c.txt", "sub/d.jsonl", "sub/deep/e.jsonl"]),
    ("*/deep/*", ["sub/deep/e.jsonl"]), (".git/*", [".git/x.txt"]), (".h*", [".hidden"]),
    ("**/e.jsonl", ["sub/deep/e.jsonl"]), ("**/*.txt", ["a-1.txt", "a.txt", "a/z.txt", "b.txt", "sub/c.txt"]),
])
func patternsMatch(pattern: String, expected: [String]) throws {
    let folder = try sampleFolder()
    let inputs = CrawlInputs.resolve([folder.file(pattern)])
    #expect(names(inputs, in: folder) == expected)
    #expect(inputs.allSatisfy { $0.problem == nil })
}

@Test func whatIsNotThereIsAProblemOfItsInput() throws {
    let folder = try sampleFolder()
    let inputs = CrawlInputs.resolve([folder.file("none.txt"), folder.file("*.none"), folder.file("a.txt"), "-"])
    #expect(inputs.map(\.problem?.code) == [.notFound, .noMatch, nil, nil])
    let reading = try read(Array(inputs.dropLast()))
    #expect(reading.errors.map(\.code) == [.notFound, .noMatch])
    #expect(reading.ids == [folder.file("a.txt")], "the reader goes on")
}

@Test func aFileWithAWildcardInItsNameIsThatFile() throws {
    let folder = try TemporaryFolder()
    try folder.write(Array("1".utf8), to: "a[1].txt")
    try folder.write(Array("2".utf8), to: "a1.txt")
    #expect(names(CrawlInputs.resolve([folder.file("a[1].txt")]), in: folder) == ["a[1].txt"])
}

@Test func linksAreFollowedButNotInCircles() throws {
    let folder = try sampleFolder()
    let manager = FileManager.default
    try manager.createSymbolicLink(atPath: folder.file("sub/up"), withDestinationPath: folder.path)
    try manager.createSymbolicLink(atPath: folder.file("sub/self"), withDestinationPath: ".")
    try manager.createSymbolicLink(atPath: folder.file("link.txt"), withDestinationPath: "a.txt")
    try manager.createSymbolicLink(atPath: folder.file("broken"), withDestinationPath: "nowhere")
    let found = names(CrawlInputs.resolve([folder.path]), in: folder)
    #expect(found.contains("link.txt") && !found.contains("broken"))
    #expect(found.count == 8)
    #expect(CrawlInputs.resolve([folder.file("**/*.txt")]).count == 6)
}

@Test func formatsAreRecognisedByContent() throws {
    #expect(try read(Array("plain text".utf8), named: "a.txt").texts == ["plain text"])
    #expect(try read(Array("\u{FEFF}plain".utf8), named: "a").texts == ["plain"])
    #expect(try read(Array(" {\"text\":\"t\"}".utf8), named: "a.txt").texts == ["t"])
    #expect(try read(Array("{curly text".utf8), named: "a.txt").texts == ["{curly text"])
    #expect(try read(Array("no JSON\n{\"text\":\"t\"}".utf8), named: "a.jsonl").codes == [.invalidJSON])
    #expect(
        try read(Array("{\"text\":\"t\"}".utf8), named: "a", ReadingOptions(format: .text)).texts == [
            "{\"text\":\"t\"}"
        ]
    )
}

@Test(arguments: [
    ("[ {\"text\":\"t\"}]", "JSON array"), ("%PDF-1.7", "PDF"), ("a\0b", "binary"), ("PAR1", "Parquet"),
    (" CDX N b a m s k r M S V g\n", "CDX"), ("org,example)/ 20240518015810 {\"url\": \"x\"}\n", "CDX"),
    ("PK\u{3}\u{4}", "archive/"),
])
func contentThatIsNotReadIsRefusedByName(content: String, name: String) throws {
    let reading = try read(Array(content.utf8), named: "a.txt")
    #expect(reading.documents.isEmpty)
    #expect(reading.errors.map(\.code) == [name == "archive/" ? .unsupportedCompression : .unsupportedFormat])
    #expect(reading.errors.first?.message.contains(name) == true)
}

@Test func otherEncodingsAndCompressionsAreRefusedByName() throws {
    #expect(try read([0xFF, 0xFE, 0x61, 0x00]).errors.map(\.code) == [.unsupportedEncoding])
    #expect(try read([0xFE, 0xFF, 0x00, 0x61]).errors.first?.message.contains("UTF-16") == true)
    #expect(try read(Array("BZh9".utf8)).errors.map(\.code) == [.unsupportedCompression])
    let garbage = try pack([Array("{\"text\":\"t\"}\n".utf8)], .gzip) + Array("junk".utf8)
    let reading = try read(garbage)
    #expect(reading.texts == ["t"] && reading.errors.map(\.code) == [.trailingGarbage])
}

@Test func anEmptyInputIsTold() throws {
    for (content, name) in [
        ([], "a.jsonl"), ([], "a.txt"), ([0xEF, 0xBB, 0xBF], "a.txt"), (try pack([[]], .gzip), "a.gz"),
    ] {
        let reading = try read(content as [UInt8], named: name)
        #expect(reading.codes == [.emptyInput] && reading.errors.isEmpty && reading.documents.isEmpty)
    }
    #expect(try read(Array("\n\n".utf8), named: "a.jsonl").codes == [.emptyInput])
}

@Test func aTextFileIsOneDocumentNamedByItsPath() throws {
    let folder = try TemporaryFolder()
    let path = try folder.write(Array("gr".utf8) + [0xFC] + Array("n\n".utf8), to: "latin.txt")
    let reading = try read([CrawlInput(path: path)], ReadingOptions(batchBytes: 1))
    #expect(reading.ids == [path] && reading.texts == ["gr\u{FFFD}n\n"])
    #expect(reading.repairs.illFormedSequences == 1 && reading.repairs.records == 1)
    for limit in 1...5 {
        let cut = try read([CrawlInput(path: path)], ReadingOptions(maxTextBytes: limit))
        #expect("gr\u{FFFD}n\n".hasPrefix(try #require(cut.texts.first)) && cut.documents.first?.textWasCut == true)
    }
    let long = try read(
        [UInt8](repeating: 0x61, count: 5000),
        named: "a.txt",
        ReadingOptions(maxRecordBytes: 4999, batchBytes: 7)
    )
    #expect(long.codes == [.recordTooLong] && long.skipped.first?.location.length == 5000)
}

@Test func optionsThatCannotBeFollowedAreNamed() {
    for (options, name) in [
        (ReadingOptions(batchBytes: 0), "batchBytes"), (ReadingOptions(maxTextBytes: -1), "maxTextBytes"),
        (ReadingOptions(maxRecordBytes: .max), "maxRecordBytes"), (ReadingOptions(idField: ""), "idField"),
        (ReadingOptions(textField: String(repeating: ".", count: 40)), "textField"),
    ] {
        do {
            try options.validate()
            Issue.record("\(name) passed")
        } catch {
            #expect(error.option == name)
        }
    }
}

@Test func jsonLinesThatLookLikeAnIndexOfCapturesAreRead() throws {
    #expect(try read(#"{"x)": 20200101000000 ,"text":"t"}"#).texts == ["t"])
}

/// Inputs take over each other's buffers; nothing of what was in them must show.
@Test func whatIsReadOfAnInputDoesNotDependOnTheOnesBefore() throws {
    let folder = try TemporaryFolder()
    let lines = sampleLines(40)
    let all = lines.flatMap { $0 }
    let gzip = try pack([all], .gzip)
    let files: [(name: String, bytes: [UInt8])] = [
        ("a.jsonl.gz", gzip), ("b.jsonl", all), ("c.jsonl.zst", try pack([all], .zstd)),
        ("d.jsonl.gz", Array(gzip.dropLast(20))),
        ("e.jsonl", lines[7]), ("f.jsonl.gz", try pack([lines[3], lines[9]], .gzip)), ("g.jsonl", []),
        ("h.jsonl", Array(all.dropLast(30))),
        ("i.jsonl.gz", try pack([lines[1]], .gzip)), ("j.txt", Array("text".utf8)),
    ]
    let inputs = try files.map { CrawlInput(path: try folder.write($0.bytes, to: $0.name)) }
    for size in [100, 3000, 1 << 20] {
        let options = ReadingOptions(batchBytes: size)
        let alone = try inputs.map { try read([$0], options) }
        let together = try read(inputs + inputs, options)
        #expect(together.documents == (alone + alone).flatMap(\.documents), "batches of \(size)")
        #expect(
            together.skipped == (alone + alone).flatMap(\.skipped)
                && together.errors == (alone + alone).flatMap(\.errors)
        )
    }
}
