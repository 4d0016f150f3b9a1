import CrawlModel

/// Turns what a user names into inputs: files, directories, patterns and `-`.
public enum CrawlInputs {
    /// Resolves arguments in their order.
    ///
    /// A directory stands for every regular file under it, except hidden ones, in the byte order of their paths. A
    /// pattern with `*`, `?`, `[…]` or `**` stands for what it matches, in the same order, unless a file has that very
    /// name. What can't be found becomes an input with a ``CrawlInput/problem``.
    ///
    /// - Complexity: O(n log n) in the number of files; paths only, no file is opened.
    public static func resolve(_ arguments: [String]) -> [CrawlInput] {
        arguments.flatMap(resolve)
    }

    /// Bytes of the inputs as they lie on disk; nil where one of them is no regular file.
    ///
    /// O(inputs); each is asked for its state.
    public static func packedBytes(of inputs: [CrawlInput]) -> UInt64? {
        var total: UInt64 = 0
        for input in inputs where input.problem == nil {
            guard !input.isStandardInput, let stamp = FileStamp.of(path: input.path) else { return nil }
            total += stamp.size
        }
        return total
    }

    private static func resolve(_ argument: String) -> [CrawlInput] {
        if argument == "-" { return [CrawlInput(path: argument)] }
        switch FileStatus.of(argument) {
        case .directory: return sorted(DirectoryWalk.files(under: argument))
        case .file: return [CrawlInput(path: argument)]
        case .missing where GlobPattern.hasWildcards(argument): return expand(argument)
        case .missing:
            return [
                CrawlInput(
                    problem: .init(
                        code: .notFound,
                        source: argument,
                        message: "expected a file, a directory, a pattern or -, but there is nothing of that name"
                    )
                )
            ]
        }
    }

    private static func expand(_ pattern: String) -> [CrawlInput] {
        var seen = Set<String>()
        var inputs: [CrawlInput] = []
        for path in GlobPattern(pattern).matches() {
            let found =
                FileStatus.of(path) == .directory ? DirectoryWalk.files(under: path) : [CrawlInput(path: path)]
            for input in found where seen.insert(input.name).inserted { inputs.append(input) }
        }
        guard inputs.isEmpty else { return sorted(inputs) }
        return [
            CrawlInput(
                problem: .init(
                    code: .noMatch,
                    source: pattern,
                    message: "the pattern matches no file that is not hidden"
                )
            )
        ]
    }

    private static func sorted(_ inputs: [CrawlInput]) -> [CrawlInput] {
        inputs.sorted { $0.name.utf8.lexicographicallyPrecedes($1.name.utf8) }
    }
}
