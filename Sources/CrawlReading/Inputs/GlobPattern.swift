/// A path with wildcards: `*` any characters, `?` one, `[a-z]` and `[!a-z]` one of a set, `**` any directories.
///
/// Users quote patterns so that their shell doesn't expand them into more arguments than it can pass; so we do it.
/// As in a shell, a wildcard matches no hidden name unless the pattern's component begins with a dot.
struct GlobPattern {
    private let components: [String]
    private let root: String

    init(_ pattern: String) {
        root = pattern.hasPrefix("/") ? "/" : ""
        components = pattern.split(separator: "/", omittingEmptySubsequences: true).map(String.init)
    }

    /// Whether a path has a wildcard at all.
    static func hasWildcards(_ path: String) -> Bool { path.contains { "*?[".contains($0) } }

    /// The paths that match, each once, in no order.
    func matches() -> [String] {
        var found: Set<String> = []
        match(components[...], in: root, ancestors: [], into: &found)
        return Array(found)
    }

    private func match(
        _ rest: ArraySlice<String>,
        in directory: String,
        ancestors: [FileIdentity],
        into found: inout Set<String>
    ) {
        guard let component = rest.first else {
            if !directory.isEmpty, FileStatus.of(directory) != .missing { found.insert(directory) }
            return
        }
        let remaining = rest.dropFirst()
        if component == "**" {
            matchAnyDepth(remaining, in: directory, ancestors: ancestors, into: &found)
        } else if Self.hasWildcards(component) {
            for name in names(in: directory) where Self.matches(name, component) {
                let path = DirectoryWalk.join(directory, name)
                guard remaining.isEmpty || FileStatus.of(path) == .directory else { continue }
                match(remaining, in: path, ancestors: ancestors, into: &found)
            }
        } else {
            let path = DirectoryWalk.join(directory, component)
            match(remaining, in: path, ancestors: ancestors, into: &found)
        }
    }

    private func matchAnyDepth(
        _ remaining: ArraySlice<String>,
        in directory: String,
        ancestors: [FileIdentity],
        into found: inout Set<String>
    ) {
        let here = directory.isEmpty ? "." : directory
        guard let own = FileIdentity.status(here), own.isDirectory, !ancestors.contains(own.identity),
            ancestors.count < 512
        else { return }
        if remaining.isEmpty {
            for input in DirectoryWalk.names(in: here) ?? [] where !input.hasPrefix(".") {
                found.insert(DirectoryWalk.join(directory, input))
            }
        } else {
            match(remaining, in: directory, ancestors: ancestors, into: &found)
        }
        for name in names(in: directory) where !name.hasPrefix(".") {
            let path = DirectoryWalk.join(directory, name)
            guard FileStatus.of(path) == .directory else { continue }
            matchAnyDepth(remaining, in: path, ancestors: ancestors + [own.identity], into: &found)
        }
    }

    private func names(in directory: String) -> [String] {
        DirectoryWalk.names(in: directory.isEmpty ? "." : directory) ?? []
    }

    /// Whether a name matches one component of a pattern.
    ///
    /// O(name x pattern).
    static func matches(_ name: String, _ pattern: String) -> Bool {
        if name.hasPrefix("."), !pattern.hasPrefix(".") { return false }
        let name = Array(name.unicodeScalars)
        let pattern = Array(pattern.unicodeScalars)
        var at = 0
        var next = 0
        // Where to go on when the rest doesn't match: the last `*` swallows one more character.
        var star: (pattern: Int, name: Int)?
        while at < name.count {
            if next < pattern.count, pattern[next] == "*" {
                star = (next, at)
                next += 1
            } else if next < pattern.count, let after = matchOne(name[at], pattern, next) {
                at += 1
                next = after
            } else if let last = star {
                star = (last.pattern, last.name + 1)
                at = last.name + 1
                next = last.pattern + 1
            } else {
                return false
            }
        }
        return pattern[next...].allSatisfy { $0 == "*" }
    }

    /// Matches one character; returns where the pattern goes on.
    private static func matchOne(_ scalar: Unicode.Scalar, _ pattern: [Unicode.Scalar], _ next: Int) -> Int? {
        switch pattern[next] {
        case "?": return next + 1
        case "[":
            guard let (contains, after) = matchSet(scalar, pattern, next + 1) else {
                return scalar == "[" ? next + 1 : nil
            }
            return contains ? after : nil
        default: return pattern[next] == scalar ? next + 1 : nil
        }
    }

    /// Matches the set after an opening bracket; nil where it isn't closed, so that the bracket stands for itself.
    private static func matchSet(
        _ scalar: Unicode.Scalar,
        _ pattern: [Unicode.Scalar],
        _ start: Int
    ) -> (contains: Bool, after: Int)? {
        var at = start
        let isNegated = at < pattern.count && (pattern[at] == "!" || pattern[at] == "^")
        if isNegated { at += 1 }
        let first = at
        var contains = false
        while at < pattern.count {
            if pattern[at] == "]", at > first { return (contains != isNegated, at + 1) }
            if at + 2 < pattern.count, pattern[at + 1] == "-", pattern[at + 2] != "]" {
                if pattern[at].value <= scalar.value, scalar.value <= pattern[at + 2].value { contains = true }
                at += 3
            } else {
                if pattern[at] == scalar { contains = true }
                at += 1
            }
        }
        return nil
    }
}
