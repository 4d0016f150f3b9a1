/// The memory a process may take: the machine's, or less where its control groups say so, as in a container.
package struct AvailableMemory {
    /// Reads a small file; nil where there is none.
    private let read: (_ path: String) -> String?

    /// Where limits are asked for.
    package init(read: @escaping (_ path: String) -> String?) { self.read = read }

    /// What there is, in bytes, of a machine that has so many.
    package func bytes(ofMachine machine: Int) -> Int {
        (read("/proc/self/cgroup") ?? "").split(separator: "\n")
            .reduce(machine) { least, line in min(least, limit(ofGroup: line) ?? least) }
    }

    /// The least limit of a group and those it is in; nil for none.
    ///
    /// A line names the hierarchy's number, its controllers (none of version 2) and the group.
    private func limit(ofGroup line: Substring) -> Int? {
        let parts = line.split(separator: ":", maxSplits: 2, omittingEmptySubsequences: false)
        guard parts.count == 3 else { return nil }
        let root: String
        let file: String
        if parts[1].isEmpty {
            (root, file) = ("/sys/fs/cgroup", "memory.max")
        } else if parts[1].split(separator: ",").contains("memory") {
            (root, file) = ("/sys/fs/cgroup/memory", "memory.limit_in_bytes")
        } else {
            return nil
        }
        var names = parts[2].split(separator: "/")
        var least: Int?
        while true {
            // In a container the path may be the host's, and only the root is there.
            let text = read(([root] + names.map(String.init) + [file]).joined(separator: "/"))
            if let limit = text.flatMap({ Int($0.filter { !$0.isWhitespace }) }) { least = min(least ?? limit, limit) }
            guard names.popLast() != nil else { return least }
        }
    }

    /// What a run takes where it is not told: a quarter of what there is, but 512 MiB at least and 2 GiB at most.
    package func share(ofMachine machine: Int) -> ByteCount {
        let quarter = bytes(ofMachine: machine) / 4
        return ByteCount(bytes: min(max((quarter >> 26) << 26, 512 << 20), 2 << 30))
    }
}
