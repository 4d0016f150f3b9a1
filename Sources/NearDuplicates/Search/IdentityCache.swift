internal import ShardFormat

/// The names of documents matched lately.
///
/// A much-copied document is matched again and again, and its names lie in compressed blocks, which take longer to
/// inflate than the rest of a check.
struct IdentityCache {
    private var identities: [Match.Place: ShardIdentity] = [:]
    private static let limit = 16_384

    /// The names of a document, read if they are not known.
    mutating func identity(
        of place: Match.Place,
        reading cursor: any SegmentCursor
    ) throws(ShardError) -> ShardIdentity {
        if let known = identities[place] { return known }
        let identity = try cursor.identity(of: place.document)
        // Starting over now and then costs less than keeping account of what is used.
        if identities.count >= Self.limit { identities.removeAll(keepingCapacity: true) }
        identities[place] = identity
        return identity
    }
}
