internal import HTTPTypes
internal import Hummingbird
internal import NIOCore
internal import Synchronization

/// Counts the bytes of all bodies that are in memory, so that many large ones together can't take more than there is.
final class BodyMemory: Sendable {
    private let held = Atomic(0)
    let limit: Int

    init(limit: Int) { self.limit = limit }

    var heldBytes: Int { held.load(ordering: .relaxed) }

    /// Whether there is room for so many more bytes, which are then held.
    func take(_ bytes: Int) -> Bool {
        let before = held.add(bytes, ordering: .relaxed).oldValue
        guard before + bytes > limit, before > 0 else { return true }
        give(back: bytes)
        return false
    }

    func give(back bytes: Int) { held.subtract(bytes, ordering: .relaxed) }
}

/// A body as it was read, whole and unpacked.
struct CollectedBody {
    var bytes: ByteBuffer
    /// What the body holds of ``BodyMemory``.
    var held: Int
}

extension BodyMemory {
    /// Reads a body to its end and unpacks it.
    ///
    /// - Parameters:
    ///   - request: whose body.
    ///   - limit: the most bytes, unpacked.
    /// - Returns: the body; the caller gives back what it holds.
    /// - Throws: ``Problem``; what reading from the connection throws.
    func collect(_ request: Request, limit: Int) async throws -> CollectedBody {
        let coding = try BodyKind.coding(request.headers)
        if let header = request.headers[.contentLength], let length = Int(header), length > limit {
            throw Problem.tooLarge(limit: limit, isInflated: false)
        }
        var body = CollectedBody(bytes: ByteBuffer(), held: 0)
        do {
            if let coding {
                var inflater = BodyInflater(
                    coding,
                    limit: limit,
                    excess: .tooLarge(limit: limit, isInflated: true)
                )
                for try await piece in request.body {
                    // The piece's memory is read within the call.
                    unsafe piece.withUnsafeReadableBytes { unsafe inflater.add($0) }
                    var isMore = true
                    while isMore {
                        isMore = try unsafe inflater.next { (bytes) throws(Problem) in
                            try hold(bytes.count, of: &body)
                            unsafe body.bytes.writeBytes(bytes)
                        }
                    }
                }
                try inflater.finish()
            } else {
                for try await var piece in request.body {
                    let count = piece.readableBytes
                    guard body.bytes.readableBytes + count <= limit else {
                        throw Problem.tooLarge(limit: limit, isInflated: false)
                    }
                    try hold(count, of: &body)
                    // Mostly there is one piece, which is not copied.
                    if body.bytes.readableBytes == 0 { body.bytes = piece } else { body.bytes.writeBuffer(&piece) }
                }
            }
        } catch {
            give(back: body.held)
            throw error
        }
        return body
    }

    private func hold(_ count: Int, of body: inout CollectedBody) throws(Problem) {
        guard take(count) else {
            throw Problem(
                .serviceUnavailable,
                "busy",
                "bodies of other requests fill the memory that they may; try again",
                retryAfter: 1,
                closes: true
            )
        }
        body.held += count
    }
}
