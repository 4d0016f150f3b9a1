internal import NearDuplicates

/// Where a live document lies.
enum DocumentPlace: Hashable {
    case shard(Int, UInt32)
    case sealed(UInt32)
    case active(UInt32)
}
