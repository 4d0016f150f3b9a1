internal import ShardFormat

/// The names of documents matched lately.
///
/// A much-copied document is matched again and again, and its names lie in compressed blocks, which take longer to
/// inflate than the rest of a check.
struct IdentityCache {
    private var identities: [Match.Place: ShardIdentity] = [:]
    private var bytes = 0
    private static let limit = 4 << 20

    /// The names of a document, read if they are not known.
    mutating func identity(
        of place: Match.Place,
        reading cursor: any SegmentCursor
    ) throws(ShardError) -> ShardIdentity {
        if let known = identities[place] { return known }
        let identity = try cursor.identity(of: place.document)
        // Starting over now and then costs less than keeping account of what is used.
        bytes += identity.id.utf8.count + identity.url.utf8.count + identity.date.utf8.count + 128
        if bytes >= Self.limit {
            identities.removeAll()
            bytes = 0
        }
        identities[place] = identity
        return identity
    }
}
