/// How many documents a key may propose.
struct KeyCaps: Sendable {
    /// A key that more documents hold is common.
    var common: Int
    /// How many a common one proposes: the first by rank.
    var proposals: Int

    /// How many documents the list of a key has room for; the last of its holders needs none.
    ///
    /// - Parameters:
    ///   - holders: all documents that hold it.
    ///   - weight: those of them that count for being common.
    /// - Returns: a number from 1 on, where there are two holders.
    func room(holders: Int, weight: Int) -> Int {
        min(holders - 1, weight > common ? proposals : common)
    }

    /// Whether a key is common.
    func isCommon(weight: Int) -> Bool { weight > common }
}
