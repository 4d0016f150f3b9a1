import DuplicateClusters

/// The plain definition of what is boilerplate: sets, and every count anew.
struct PlainBoilerplate {
    struct Page {
        var host: UInt32?
        var isLeader: Bool
        var fingerprints: Set<UInt32>
    }

    private let pages: [Page]
    private let thresholds: BoilerplateThresholds
    private var holders: [UInt32: [Int]] = [:]

    init(_ pages: [Page], _ thresholds: BoilerplateThresholds) {
        self.pages = pages.map { $0.isLeader ? $0 : Page(host: nil, isLeader: false, fingerprints: []) }
        self.thresholds = thresholds
        for (number, page) in self.pages.enumerated() {
            for key in page.fingerprints { holders[key, default: []].append(number) }
        }
    }

    var keys: [UInt32] {
        let ofHosts = Set(holders.keys.filter(isOfHost))
        let frequent = Set(
            holders.keys.filter { key in
                !ofHosts.contains(key) && holders[key]!.count >= thresholds.clusters
                    && hosts(holders[key]!).count >= thresholds.hosts
            }
        )
        let ofAll = frequent.filter { key in
            let evidence = holders[key]!
                .filter { number in
                    let page = pages[number].fingerprints
                    let mine = page.intersection(frequent).count
                    return page.subtracting(ofHosts).subtracting(frequent).count >= max(3, mine)
                }
            return evidence.count >= thresholds.clusters && hosts(evidence).count >= thresholds.hosts
        }
        return ofHosts.union(ofAll).sorted()
    }

    private func hosts(_ numbers: [Int]) -> Set<UInt32> { Set(numbers.compactMap { pages[$0].host }) }

    private func clusters(of host: UInt32) -> Int { pages.count { $0.host == host } }

    private func share(_ share: Double, of host: UInt32) -> Int {
        Int((share * Double(clusters(of: host))).rounded(.up))
    }

    private func least(_ host: UInt32) -> Int { max(thresholds.hostClusters, share(thresholds.hostShare, of: host)) }

    private func isOfTemplate(_ key: UInt32, _ host: UInt32) -> Bool {
        count(key, host) >= max(least(host), share(thresholds.templateShare, of: host))
    }

    private func count(_ key: UInt32, _ host: UInt32) -> Int { holders[key]!.count { pages[$0].host == host } }

    private func isOfHost(_ key: UInt32) -> Bool {
        hosts(holders[key]!)
            .contains { host in
                guard count(key, host) >= least(host) else { return false }
                let evidence = holders[key]!.filter { pages[$0].host == host && isEvidence($0, host, key) }
                return evidence.count >= least(host)
            }
    }

    private func isEvidence(_ number: Int, _ host: UInt32, _ key: UInt32) -> Bool {
        let page = pages[number].fingerprints
        let own = page.filter { count($0, host) == 1 }
        guard own.count >= max(3, Int((thresholds.ownShare * Double(page.count)).rounded(.up))) else { return false }
        if isOfTemplate(key, host) { return true }
        let often = page.filter { count($0, host) >= least(host) }
        return Double(page.count - often.count)
            >= thresholds.otherShare * Double(often.count { !isOfTemplate($0, host) })
    }
}
