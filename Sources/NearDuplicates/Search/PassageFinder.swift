/// Joins shared fingerprints into passages.
///
/// Winnowing chooses at least one fingerprint in every `window` shingles, from the shingles alone. So where two texts
/// agree over a run, the fingerprints in it are the same and no further apart than the window: neighbours at the same
/// distance in both texts and within a window of each other lie on one passage. A passage reaches from the first
/// fingerprint's first token to the last one's last; up to window - 1 more tokens on either side may agree as well. What
/// lies between two fingerprints is not compared, so that a passage may go on over a change of up to window - shingle
/// tokens that adds and drops none.
struct PassageFinder {
    /// A shingle that both texts hold: the token it begins at in each.
    struct Anchor: Hashable {
        var incoming: Int
        var indexed: Int
    }

    /// Tokens in a shingle.
    let shingleTokens: Int
    /// Shingles in a winnowing window.
    let window: Int
    /// Shorter passages are chance and turns of phrase.
    let leastTokens: Int

    /// The passages that anchors lie on, in the order of the incoming text.
    ///
    /// - Parameter anchors: in any order; an incoming token may have several.
    /// - Returns: passages of at least ``leastTokens``.
    /// - Complexity: O(*n* log *n*).
    func passages(joining anchors: [Anchor]) -> [Passage] {
        // Along one diagonal the texts run in step.
        let ordered = anchors.sorted {
            ($0.indexed - $0.incoming, $0.incoming) < ($1.indexed - $1.incoming, $1.incoming)
        }
        var passages: [Passage] = []
        var first = 0
        for next in ordered.indices {
            let isLast = next + 1 == ordered.count
            if !isLast, continues(ordered[next], to: ordered[next + 1]) { continue }
            let start = ordered[first]
            let length = ordered[next].incoming - start.incoming + shingleTokens
            if length >= leastTokens {
                passages.append(
                    Passage(
                        incoming: start.incoming..<start.incoming + length,
                        indexed: start.indexed..<start.indexed + length
                    )
                )
            }
            first = next + 1
        }
        return passages.sorted {
            ($0.incoming.lowerBound, $0.indexed.lowerBound) < ($1.incoming.lowerBound, $1.indexed.lowerBound)
        }
    }

    private func continues(_ a: Anchor, to b: Anchor) -> Bool {
        a.indexed - a.incoming == b.indexed - b.incoming && b.incoming - a.incoming <= window
    }
}
