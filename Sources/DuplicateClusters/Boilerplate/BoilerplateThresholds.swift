package import NearDuplicates

/// How often, and among what, a fingerprint must stand to be boilerplate.
///
/// What is counted are *clusters*: near copies of one page count once.
package struct BoilerplateThresholds: Hashable, Sendable {
    /// The least number of clusters on one host.
    package var hostClusters = 4
    /// The least share of the host's clusters; both are needed.
    package var hostShare = 0.02
    /// The least number of clusters on all hosts together, where one host's are not enough.
    package var clusters = 1000
    /// The least number of hosts they are on; both are needed.
    package var hosts = 100
    /// What this share of a host's clusters holds is of its template, whatever else stands on the pages; less may be a section of
    /// the site, or one story in many versions, which is told by what surrounds it.
    package var templateShare = 0.25
    /// The least share of a page that no other cluster of its host has, for the page to be evidence at all.
    package var ownShare = 0.1

    /// What a page must have besides, of what it has of passages that are frequent but of no template: a share of these.
    package var otherShare = 0.5

    /// Fingerprints of its own that a page needs at least, to be evidence: some 25 tokens.
    static let leastOwn = 3

    /// Creates the default thresholds.
    package init() {}

    /// The clusters of a host that must hold a fingerprint.
    func least(ofClusters count: Int) -> Int { max(hostClusters, Int((hostShare * Double(count)).rounded(.up))) }

    /// The clusters of a host that hold what is surely of its template.
    func template(ofClusters count: Int) -> Int {
        max(least(ofClusters: count), Int((templateShare * Double(count)).rounded(.up)))
    }

    /// The first setting out of range.
    ///
    /// - Throws: ``IndexError/invalidSetting(name:expected:found:)``.
    package func validate() throws(IndexError) {
        for (name, value) in [
            ("share of a host's clusters", hostShare), ("template share", templateShare), ("own share", ownShare),
            ("share of other text", otherShare),
        ] where !(value >= 0 && value <= 1) {
            throw .invalidSetting(name: name, expected: "0 to 1", found: "\(value)")
        }
        for (name, value) in [("clusters of a host", hostClusters), ("clusters", clusters), ("hosts", hosts)]
        where !(2...1 << 31).contains(value) {
            throw .invalidSetting(name: name, expected: "2 to \(1 << 31)", found: "\(value)")
        }
    }
}
