import StreamCompression
import Testing

@Test func kindsAreRecognisedByTheirMagic() throws {
    #expect(try CompressionKind.recognise([0x1F, 0x8B, 8]) == .gzip)
    #expect(try CompressionKind.recognise([0x28, 0xB5, 0x2F, 0xFD]) == .zstd)
    #expect(try CompressionKind.recognise([0x5A, 0x2A, 0x4D, 0x18]) == .zstd)
    #expect(try CompressionKind.recognise([]) == .plain)
    #expect(try CompressionKind.recognise([0x1F]) == .plain)
    #expect(try CompressionKind.recognise(Array("{\"id\"".utf8)) == .plain)
}

@Test(arguments: [
    ("425a6839", "bzip2"), ("fd377a585a00", "xz"), ("04224d18", "lz4"), ("504b0304", "zip"), ("1f9d90", "compress"),
])
func otherCompressionsAreRefusedByName(magic: String, name: String) {
    do {
        _ = try CompressionKind.recognise(hex(magic))
        Issue.record("\(name) was taken for something that is read")
    } catch {
        guard case .unsupported(let got, _) = error else {
            Issue.record("\(error)")
            return
        }
        #expect(got.hasPrefix(name))
        #expect(error.description.contains("expected plain, gzip or zstd"))
    }
}
