#if canImport(Darwin)
import Darwin
#elseif canImport(Musl)
import Musl
#else
import Glibc
#endif

/// Bytes that a run works on and that go with it, in a file that has no name any more, or in memory: all zero at first.
///
/// A file's pages, unlike memory, can be written out and taken back by the system at any time.
// @safe: the memory is this object's own and stays where it is; it leaves only through a member that is marked unsafe.
// Unchecked Sendable: whoever shares one sees to it that threads write to different parts, or by atomic operations.
@safe
package final class ScratchMapping: @unchecked Sendable {
    private let buffer: UnsafeMutableRawBufferPointer
    private let isMapped: Bool

    /// Zeroed memory; for the in-memory twin.
    init(count: Int) {
        let memory = UnsafeMutableRawBufferPointer.allocate(byteCount: max(count, 1), alignment: 4096)
        unsafe memory.initializeMemory(as: UInt8.self, repeating: 0)
        unsafe buffer = UnsafeMutableRawBufferPointer(rebasing: memory[..<count])
        isMapped = false
    }

    /// Makes an empty file so long, with room on the disk for all of it, and maps it.
    init(mapping descriptor: borrowing Descriptor, count: Int, path: String) throws(StorageError) {
        isMapped = count > 0
        guard count > 0 else {
            // mmap refuses a length of nought.
            unsafe buffer = UnsafeMutableRawBufferPointer(start: nil, count: 0)
            return
        }
        // A file with holes would end the process by a signal where the disk is full once they are written to.
        #if os(Linux)
        var status: Int32
        repeat { status = posix_fallocate(descriptor.raw, 0, off_t(count)) } while status == EINTR
        guard status == 0 else { throw StorageError(errno: status, operation: .create, path: path) }
        #else
        _ = try Descriptor.uninterrupted(.create, path) { ftruncate(descriptor.raw, off_t(count)) }
        #endif
        // Of our own choosing of address: no memory of the program is touched.
        let start = unsafe mmap(nil, count, PROT_READ | PROT_WRITE, MAP_SHARED, descriptor.raw, 0)
        guard let start = unsafe start, unsafe start != MAP_FAILED else {
            throw StorageError(errno: errno, operation: .map, path: path)
        }
        unsafe buffer = UnsafeMutableRawBufferPointer(start: start, count: count)
    }

    deinit {
        // Exactly what init mapped or allocated; nobody may hold on to `bytes` past the object.
        if isMapped {
            unsafe munmap(buffer.baseAddress, buffer.count)
        } else {
            unsafe buffer.baseAddress?.deallocate()
        }
    }

    /// The number of bytes.
    package var count: Int { unsafe buffer.count }

    /// The bytes; valid only while this object lives, which the caller must see to.
    @unsafe
    package var bytes: UnsafeMutableRawBufferPointer { unsafe buffer }
}
