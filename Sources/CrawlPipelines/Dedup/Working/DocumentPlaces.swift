internal import IndexStorage
internal import ShardFormat

/// Where a document's record lies in the inputs.
struct DocumentPlace: Hashable, Sendable {
    /// The input's position among all.
    var input: UInt32
    /// The record's first byte in the inflated stream.
    var offset: UInt64
    /// The record's length in bytes, without what ends it.
    var length: UInt64

    /// Whether the record comes before a place in an input.
    func isBefore(input: Int, offset: UInt64) -> Bool { (Int(self.input), self.offset) < (input, offset) }
}

/// The places of all documents, by number: a mapped working file.
///
/// A row is 24 bytes, little-endian: u32 input, u32 check, u64 offset, u64 length. The check takes in the document's number, so
/// that rows which a power cut left without content are noticed.
final class DocumentPlaces: Sendable {
    static let rowBytes = 24
    private let file: MappedFile

    /// Opens a file that a ``DocumentPlacesWriter`` wrote.
    init(_ storage: any IndexDirectory, named name: String) throws(StorageError) {
        file = try storage.map(name)
    }

    /// The documents; a row that was not finished counts as none.
    var count: Int { file.count / Self.rowBytes }

    /// Where a document lies.
    ///
    /// O(1).
    subscript(number: Int) -> DocumentPlace { row(number).place }

    /// The number of the document whose record lies there; nil where it is none.
    ///
    /// O(log *n*): documents are numbered in the order of their places.
    func number(input: UInt32, offset: UInt64) -> Int? {
        var (low, high) = (0, count)
        while low < high {
            let middle = (low + high) / 2
            if self[middle].isBefore(input: Int(input), offset: offset) { low = middle + 1 } else { high = middle }
        }
        guard low < count, self[low].input == input, self[low].offset == offset else { return nil }
        return low
    }

    /// Whether the first rows are those that were written.
    ///
    /// O(`count`).
    func areSound(first count: Int) -> Bool {
        guard count <= self.count else { return false }
        for number in 0..<count {
            let row = row(number)
            guard row.check == Self.check(row.place, number) else { return false }
        }
        return true
    }

    private func row(_ number: Int) -> (place: DocumentPlace, check: UInt32) {
        precondition(number >= 0 && number < count, "no such document")
        let start = number * Self.rowBytes
        // The row lies within the file.
        return unsafe file.withUnsafeBytes { bytes in
            let first = UInt64(littleEndian: unsafe bytes.loadUnaligned(fromByteOffset: start, as: UInt64.self))
            let place = DocumentPlace(
                input: UInt32(truncatingIfNeeded: first),
                offset: UInt64(littleEndian: unsafe bytes.loadUnaligned(fromByteOffset: start + 8, as: UInt64.self)),
                length: UInt64(littleEndian: unsafe bytes.loadUnaligned(fromByteOffset: start + 16, as: UInt64.self))
            )
            return (place, UInt32(truncatingIfNeeded: first >> 32))
        }
    }

    /// Lends the bytes of the first rows.
    func withRows<Failure>(
        first count: Int,
        _ body: (UnsafeRawBufferPointer) throws(Failure) -> Void
    ) throws(Failure) {
        try unsafe file.withUnsafeBytes { (bytes) throws(Failure) in
            // No more rows than the file has.
            let end = min(count, self.count) * Self.rowBytes
            try unsafe body(UnsafeRawBufferPointer(rebasing: bytes[..<end]))
        }
    }

    static func check(_ place: DocumentPlace, _ number: Int) -> UInt32 {
        var hash = UInt64(number) &* 0x9E37_79B9_7F4A_7C15 ^ UInt64(place.input)
        for word in [place.offset, place.length] {
            hash = (hash ^ (hash >> 29) ^ word) &* 0xBF58_476D_1CE4_E5B9
        }
        // Never that of a row of zeros.
        return UInt32(truncatingIfNeeded: hash >> 32) | 1
    }
}

/// Writes places in the order of documents.
///
/// What came before the last ``flush()`` outlives the process, even if it is killed.
struct DocumentPlacesWriter {
    private let file: any StorageFile
    private var rows: [UInt8] = []
    /// The documents so far.
    private(set) var count = 0

    /// Begins an empty file with rows of another.
    init(
        _ file: any StorageFile,
        continuing known: DocumentPlaces? = nil,
        first count: Int = 0
    ) throws(PipelineError) {
        self.file = file
        guard let known else { return }
        try PipelineError.writing { () throws(StorageError) in
            // The rows are lent for the call.
            try unsafe known.withRows(first: count) { (bytes) throws(StorageError) in try unsafe file.append(bytes) }
        }
        self.count = count
    }

    /// Adds the next document.
    mutating func add(_ place: DocumentPlace) {
        rows.appendLittleEndian(place.input)
        rows.appendLittleEndian(DocumentPlaces.check(place, count))
        rows.appendLittleEndian(place.offset)
        rows.appendLittleEndian(place.length)
        count += 1
    }

    /// Hands what was added to the system.
    mutating func flush() throws(PipelineError) {
        let (file, written) = (file, rows)
        try PipelineError.writing { () throws(StorageError) in
            try file.append(written)
            try file.flush()
        }
        rows.removeAll(keepingCapacity: true)
    }

    /// Waits until the disk has everything.
    mutating func finish() throws(PipelineError) {
        try flush()
        try PipelineError.writing { () throws(StorageError) in
            try file.synchronize()
            try file.close()
        }
    }
}
