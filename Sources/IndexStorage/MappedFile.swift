#if canImport(Darwin)
import Darwin
#elseif canImport(Musl)
import Musl
#else
import Glibc
#endif

/// The bytes of an immutable file, mapped from a disk or held in memory.
///
/// They begin at an address that is a multiple of 4096, and stay where they are for as long as the object lives.
// @safe: the pointer is this object's own, never changes, and leaves only through members that are marked unsafe or
// bound its use. Unchecked Sendable: the bytes are never written after init.
@safe
package final class MappedFile: @unchecked Sendable {
    private enum Owner {
        case mapping
        case allocation
        case nothing
    }

    private static let alignment = 4096

    private let buffer: UnsafeRawBufferPointer
    private let owner: Owner

    /// Copies bytes into memory aligned as a mapping would be; for the in-memory twin and for tests.
    ///
    /// - Complexity: O(*n*).
    package init(copying bytes: [UInt8]) {
        guard !bytes.isEmpty else {
            unsafe buffer = UnsafeRawBufferPointer(start: nil, count: 0)
            owner = .nothing
            return
        }
        let memory = UnsafeMutableRawBufferPointer.allocate(byteCount: bytes.count, alignment: Self.alignment)
        unsafe memory.copyBytes(from: bytes)
        unsafe buffer = UnsafeRawBufferPointer(memory)
        owner = .allocation
    }

    /// Maps a regular file whole; the descriptor may be closed afterwards.
    ///
    /// - Throws: ``StorageError`` of code `isADirectory`, `notRegular`, or what `mmap` reports.
    init(mapping descriptor: borrowing Descriptor, path: String) throws(StorageError) {
        let size = try descriptor.regularFileSize(for: .map, path: path)
        guard size > 0 else {
            // mmap refuses a length of nought.
            unsafe buffer = UnsafeRawBufferPointer(start: nil, count: 0)
            owner = .nothing
            return
        }
        guard let count = Int(exactly: size) else {
            throw StorageError(errno: EFBIG, operation: .map, path: path)
        }
        // Read-only and of our own choosing of address: no memory of the program is touched.
        let start = unsafe mmap(nil, count, PROT_READ, MAP_SHARED, descriptor.raw, 0)
        guard let start = unsafe start, unsafe start != MAP_FAILED else {
            throw StorageError(errno: errno, operation: .map, path: path)
        }
        unsafe buffer = UnsafeRawBufferPointer(start: start, count: count)
        owner = .mapping
    }

    deinit {
        switch owner {
        case .mapping:
            // Exactly what init mapped; nobody may hold on to `bytes` past the object.
            unsafe munmap(UnsafeMutableRawPointer(mutating: buffer.baseAddress), buffer.count)
        case .allocation:
            unsafe buffer.deallocate()
        case .nothing:
            break
        }
    }

    /// Whether the bytes are those of a file, or else a copy in memory.
    package var isMapped: Bool { owner == .mapping }

    /// The number of bytes.
    package var count: Int { unsafe buffer.count }

    /// The bytes, for C kernels; valid only while this object lives, which the caller must see to
    /// (`withExtendedLifetime`, or a stored reference beside the pointer).
    @unsafe
    package var bytes: UnsafeRawBufferPointer { unsafe buffer }

    /// Lends the bytes, bounds checked.
    package func withBytes<Result, Failure>(
        _ body: (RawSpan) throws(Failure) -> Result
    ) throws(Failure) -> Result {
        // The span cannot leave the call, during which `self` is alive.
        try unsafe body(buffer.bytes)
    }

    /// Lends the bytes for the duration of the call.
    package func withUnsafeBytes<Result, Failure>(
        _ body: (UnsafeRawBufferPointer) throws(Failure) -> Result
    ) throws(Failure) -> Result {
        try unsafe body(buffer)
    }
}

// MARK: - Advice to the page cache

extension MappedFile {
    /// Says that reads will jump about: a miss then loads its own page and not its neighbours.
    package func adviseRandom() {
        advise(0..<count, MADV_RANDOM)
    }

    /// Says that the file will be read once from start to end: what lies ahead is loaded early, what lies behind may go.
    package func adviseSequential() {
        advise(0..<count, MADV_SEQUENTIAL)
    }

    /// Asks for a range of bytes to be loaded in the background; what lies outside the file is ignored.
    ///
    /// Asking for all pages of a lookup at once, before touching the first, costs one wait for the disk in place of many.
    package func adviseWillNeed(_ range: Range<Int>) {
        advise(range, MADV_WILLNEED)
    }

    /// Asks for bytes of some mapping to be loaded in the background.
    @unsafe
    package static func adviseWillNeed(_ bytes: UnsafePointer<UInt8>?, count: Int) {
        guard let bytes = unsafe bytes else { return }
        let start = unsafe UnsafeMutableRawPointer(mutating: UnsafeRawPointer(bytes))
        // Down to the start of the page, which is within the mapping as the bytes are.
        let before = Int(bitPattern: start) & (pageSize - 1)
        unsafe madvise(start - before, count + before, MADV_WILLNEED)
    }

    /// Says that what lies in a range was read for the last time: whole pages of it that nobody else has mapped are given back at
    /// once.
    ///
    /// What is written next then lies in memory that is warm, and pushes nothing else out. Does nothing but on Linux.
    package func adviseDone(_ range: Range<Int>) {
        #if os(Linux)
        let range = range.clamped(to: 0..<count)
        // Pages at the ends have something of what comes before or after.
        let start = (range.lowerBound + Self.pageSize - 1) & ~(Self.pageSize - 1)
        let end = range.upperBound & ~(Self.pageSize - 1)
        if start < end { advise(start..<end, MADV_PAGEOUT) }
        #endif
    }

    /// Advice is a hint: its failure changes no answer, so it is not reported.
    private func advise(_ range: Range<Int>, _ advice: Int32) {
        let range = range.clamped(to: 0..<count)
        guard owner == .mapping, !range.isEmpty, let base = unsafe buffer.baseAddress else { return }
        // The mapping begins on a page, so that rounding down stays within it; the kernel rounds the end up.
        let start = range.lowerBound & ~(Self.pageSize - 1)
        unsafe madvise(UnsafeMutableRawPointer(mutating: base + start), range.upperBound - start, advice)
    }

    /// 4 KiB on most machines, 16 or 64 KiB on some.
    private static let pageSize = Int(sysconf(Int32(_SC_PAGESIZE)))
}
