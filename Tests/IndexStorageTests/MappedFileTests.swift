import IndexStorage
import Testing

@Suite("A mapped file")
struct MappedFileTests {
    static let sizes = [0, 1, 4095, 4096, 4097, 100_000]

    static func withMapping(of bytes: [UInt8], inMemory: Bool, _ body: (MappedFile) throws -> Void) throws {
        guard !inMemory else { return try body(MappedFile(copying: bytes)) }
        let temporary = try TemporaryDirectory()
        let storage = DirectoryStorage(path: temporary.path)
        let file = try storage.create("file")
        try file.append(bytes)
        try file.close()
        let mapped = try storage.map("file")
        // The mapping outlives the name.
        try storage.remove("file")
        try body(mapped)
    }

    @Test("shows the same bytes by every way in, at a page's start", arguments: sizes, [true, false])
    func content(size: Int, inMemory: Bool) throws {
        let bytes = (0..<size).map { UInt8(truncatingIfNeeded: $0 &* 7) }
        try Self.withMapping(of: bytes, inMemory: inMemory) { mapped in
            #expect(mapped.count == size)
            #expect(unsafe mapped.withUnsafeBytes { unsafe $0.elementsEqual(bytes) })
            #expect(unsafe mapped.bytes.elementsEqual(bytes))
            #expect(mapped.withBytes { span in unsafe span.withUnsafeBytes { unsafe $0.elementsEqual(bytes) } })
            #expect(unsafe Int(bitPattern: mapped.bytes.baseAddress) % 4096 == 0)
        }
    }

    @Test("takes advice on any range, within or without", arguments: sizes, [true, false])
    func advice(size: Int, inMemory: Bool) throws {
        let bytes = [UInt8](repeating: 5, count: size)
        try Self.withMapping(of: bytes, inMemory: inMemory) { mapped in
            mapped.adviseRandom()
            for range in [0..<0, 0..<size, 1..<2, 4095..<4097, -5..<3, 50_000..<Int.max, Int.min..<Int.max] {
                mapped.adviseWillNeed(range)
                mapped.adviseDone(range)
            }
            #expect(unsafe mapped.bytes.elementsEqual(bytes))
        }
    }

    @Test("passes on what its reader throws")
    func readerThrows() {
        struct Refusal: Error {}
        let mapped = MappedFile(copying: [1])
        #expect(throws: Refusal.self) { try mapped.withBytes { _ throws(Refusal) in throw Refusal() } }
        #expect(throws: Refusal.self) { try unsafe mapped.withUnsafeBytes { _ throws(Refusal) in throw Refusal() } }
    }
}
