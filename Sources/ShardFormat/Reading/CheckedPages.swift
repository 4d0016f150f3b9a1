internal import CKernels
internal import IndexStorage
internal import StreamCompression

#if canImport(Darwin)
import Darwin
#elseif canImport(Musl)
import Musl
#else
import Glibc
#endif

/// A mapped shard whose every byte is read through here: a page's checksum is verified when the page is first touched.
///
/// Threads may share one: what is written after init are only the marks of verified pages, which the kernel accesses
/// atomically.
// @safe: the pointers are this object's own allocations and the mapping it holds; they leave only for the time of a
// call.
@safe
final class CheckedPages: @unchecked Sendable {
    let file: MappedFile
    let path: String
    private let footer: ShardFooter
    private let kernel: UnsafeMutablePointer<nd_pages>
    private let verified: UnsafeMutablePointer<UInt8>
    private let bad: UnsafeMutablePointer<UInt64>

    /// The footer's `checkedLength`, and a checksum for each page after it, lie within the file.
    init(file: MappedFile, path: String, footer: ShardFooter) {
        self.file = file
        self.path = path
        self.footer = footer
        let pages = max(1, Int(footer.pageCount))
        // Memory of nothing but zeros is not there before it is written: a shard of which little is read takes little.
        guard let zeros = unsafe calloc(pages, 1) else { fatalError("out of memory for the marks of \(pages) pages") }
        unsafe verified = zeros.assumingMemoryBound(to: UInt8.self)
        unsafe bad = .allocate(capacity: 1)
        unsafe bad.initialize(to: .max)
        unsafe kernel = .allocate(capacity: 1)
        let base = unsafe file.bytes.baseAddress?.assumingMemoryBound(to: UInt8.self)
        unsafe kernel.initialize(
            to: nd_pages(
                base: base,
                size: footer.checkedLength,
                sums: base.map { unsafe $0 + Int(footer.checkedLength) },
                verified: verified,
                bad: bad,
                checksum: { bytes, count in
                    // The kernel gives a page of the mapped file.
                    unsafe CRC32C.checksum(UnsafeRawBufferPointer(start: bytes, count: count))
                },
                // A hint: whether it is heard changes no answer. Only a mapping lies on the disk.
                ask: file.isMapped
                    ? { bytes, count in
                        // As above, and a page of the file begins a page of the mapping or lies within one.
                        unsafe MappedFile.adviseWillNeed(bytes, count: count)
                    } : nil
            )
        )
    }

    deinit {
        unsafe kernel.deallocate()
        unsafe bad.deallocate()
        // From calloc, of which there is one free.
        unsafe free(verified)
    }

    /// Calls a kernel with the pages and turns what it returns into an error.
    ///
    /// - Parameters:
    ///   - section: what the kernel reads, for the error.
    ///   - offset: where that begins.
    ///   - kernel: returns ND_OK, ND_BAD_PAGE or ND_CORRUPT.
    /// - Throws: ``ShardError`` for the last two.
    func call(
        _ section: ShardLayout.SectionIdentifier,
        at offset: UInt64,
        _ kernel: (UnsafePointer<nd_pages>) -> Int32
    ) throws(ShardError) {
        // The object, and with it mapping and marks, lives until the call returns.
        let status = withExtendedLifetime(self) { unsafe kernel(self.kernel) }
        try check(status, section, at: offset)
    }

    /// Lends the pages to a kernel.
    func withKernel(_ body: (UnsafePointer<nd_pages>) -> Void) {
        // The object, and with it mapping and marks, lives until the call returns.
        withExtendedLifetime(self) { unsafe body(kernel) }
    }

    func check(_ status: Int32, _ section: ShardLayout.SectionIdentifier, at offset: UInt64) throws(ShardError) {
        switch Int(status) {
        case Int(ND_OK): return
        case Int(ND_BAD_PAGE): throw badPage()
        default:
            throw corrupt(section, at: offset, expected: "offsets, counts and values within bounds", found: "others")
        }
    }

    /// Verifies a range of the file and lends its bytes.
    func withBytes<Result>(
        _ section: ShardLayout.SectionIdentifier,
        at offset: UInt64,
        count: Int,
        _ body: (UnsafeRawBufferPointer) throws(ShardError) -> Result
    ) throws(ShardError) -> Result {
        try touch(section, at: offset, count: count)
        // The range was found to be within the checked area, which is within the mapping; `self` holds the mapping.
        let start = Int(offset)
        return try unsafe file.withUnsafeBytes { (all) throws(ShardError) -> Result in
            try unsafe body(UnsafeRawBufferPointer(rebasing: all[start..<start + count]))
        }
    }

    func touch(_ section: ShardLayout.SectionIdentifier, at offset: UInt64, count: Int) throws(ShardError) {
        guard count >= 0 else {
            throw corrupt(section, at: offset, expected: "a length", found: "\(count)")
        }
        try unsafe call(section, at: offset) { unsafe nd_pages_touch($0, offset, UInt64(count)) }
    }

    func readUInt32(_ section: ShardLayout.SectionIdentifier, at offset: UInt64) throws(ShardError) -> UInt32 {
        try unsafe withBytes(section, at: offset, count: 4) { (bytes) throws(ShardError) in
            UInt32(littleEndian: unsafe bytes.loadUnaligned(as: UInt32.self))
        }
    }

    func readUInt64(_ section: ShardLayout.SectionIdentifier, at offset: UInt64) throws(ShardError) -> UInt64 {
        try unsafe withBytes(section, at: offset, count: 8) { (bytes) throws(ShardError) in
            UInt64(littleEndian: unsafe bytes.loadUnaligned(as: UInt64.self))
        }
    }

    func corrupt(
        _ section: ShardLayout.SectionIdentifier,
        at offset: UInt64,
        expected: String,
        found: String
    ) -> ShardError {
        .corrupt(path: path, section: section.description, offset: offset, expected: expected, found: found)
    }

    /// The error for the page last found bad: which sections it belongs to, and both checksums.
    private func badPage() -> ShardError {
        let page = unsafe nd_pages_bad(kernel)
        let start = page * UInt64(ShardLayout.pageBytes)
        let end = min(start + UInt64(ShardLayout.pageBytes), footer.checkedLength)
        let names = footer.sections
            .filter { $0.length > 0 && $0.offset < end && $0.offset + $0.length > start }
            .map(\.identifier.description)
        let checksums = file.withBytes { bytes in
            let computed = CRC32C.checksum(bytes.extracting(Int(start)..<Int(end)))
            // A checksum for each page lies after the checked area.
            let stored = unsafe bytes.unsafeLoadUnaligned(
                fromByteOffset: Int(footer.checkedLength + 4 * page),
                as: UInt32.self
            )
            return (stored: UInt32(littleEndian: stored), computed: computed)
        }
        return .corrupt(
            path: path,
            section: names.isEmpty ? "header" : names.joined(separator: ", "),
            offset: start,
            expected: "checksum \(ShardLayout.hex(checksums.stored)) of this page",
            found: ShardLayout.hex(checksums.computed)
        )
    }
}
