internal import CrawlReading
internal import IndexStorage
internal import StreamCompression

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#else
import Darwin
#endif

/// Inflating alone: packed bytes in memory to bytes that are looked at no more.
enum InflateStage {
    private static let chunkBytes = 1 << 20

    /// The inflated bytes of packed inputs and the seconds that took; nil where none is packed, or one is damaged.
    static func run(_ inputs: [CrawlInput]) -> (bytes: Int, seconds: Double)? {
        var total: (bytes: Int, seconds: Double)?
        for input in inputs where !input.isStandardInput && input.problem == nil {
            guard let one = inflate(input.name) else { continue }
            total = ((total?.bytes ?? 0) + one.bytes, (total?.seconds ?? 0) + one.seconds)
        }
        return total
    }

    private static func inflate(_ path: String) -> (bytes: Int, seconds: Double)? {
        // The path is a C string for the length of the call.
        let descriptor = unsafe open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { return nil }
        defer { close(descriptor) }
        var packed = [UInt8](repeating: 0, count: chunkBytes)
        var room = [UInt8](repeating: 0, count: chunkBytes)
        var count = fill(&packed, from: descriptor)
        do {
            let kind = try CompressionKind.recognise(packed.prefix(count))
            guard kind != .plain else { return nil }
            var decoder = try StreamDecoder(kind: kind)
            var (bytes, seconds) = (0, 0.0)
            while count > 0 {
                // Reading the file is not part of it.
                let watch = Stopwatch()
                bytes += try inflate(packed, count, with: &decoder, into: &room)
                seconds += watch.seconds
                count = fill(&packed, from: descriptor)
            }
            return (bytes, seconds)
        } catch {
            return nil
        }
    }

    /// Inflates a chunk, over and over into the same room.
    private static func inflate(
        _ packed: [UInt8],
        _ count: Int,
        with decoder: inout StreamDecoder,
        into room: inout [UInt8]
    ) throws(CompressionError) -> Int {
        var (start, bytes) = (0, 0)
        while true {
            // The decoder keeps neither buffer; `start` is at most `count`, which is at most what the array holds.
            let step = try unsafe packed.withUnsafeBufferPointer { (all) throws(CompressionError) -> DecodeStep in
                let rest = unsafe UnsafeRawBufferPointer(rebasing: UnsafeRawBufferPointer(all)[start..<count])
                return try unsafe room.withUnsafeMutableBufferPointer { (room) throws(CompressionError) -> DecodeStep in
                    try unsafe decoder.decode(rest, into: UnsafeMutableRawBufferPointer(room))
                }
            }
            start += step.consumed
            bytes += step.produced
            _ = decoder.takeMemberStarts()
            // Whatever is left in the decoder comes out although nothing goes in.
            if step.produced == 0, start == count || step.consumed == 0 { return bytes }
        }
    }

    private static func fill(_ bytes: inout [UInt8], from descriptor: Int32) -> Int {
        // The system writes at most as many bytes as the array has.
        let count = unsafe bytes.withUnsafeMutableBytes { unsafe read(descriptor, $0.baseAddress, $0.count) }
        return max(count, 0)
    }
}
