internal import CrawlModel

/// Gives each input the path of its output: its own, below the output's folder, whatever it is called and wherever it lies.
///
/// No two are the same, none is a folder of another, and none leaves the folder.
struct OutputNames {
    private var files: Set<String> = []
    private var folders: Set<String> = []

    /// The path for an input, in components.
    ///
    /// - Parameters:
    ///   - input: the input as the user named it.
    ///   - source: what it holds and how it is packed.
    ///   - isJSONLines: whether JSON lines are written of it, whatever it holds.
    /// - Returns: folders, and the file's name.
    mutating func path(of input: String, _ source: RecordSource, asJSONLines isJSONLines: Bool) -> [String] {
        var components = input == "-" ? [Self.pipeName(source)] : Self.components(input)
        if isJSONLines, source.format != .jsonLines, let name = components.popLast() {
            components.append(Self.asJSONLines(name))
        }
        var path = components
        var number = 2
        while !isFree(path) {
            path = ["~\(number)"] + components
            number += 1
        }
        files.insert(path.joined(separator: "/"))
        for depth in 1..<max(path.count, 1) { folders.insert(path[..<depth].joined(separator: "/")) }
        return path
    }

    private func isFree(_ path: [String]) -> Bool {
        let whole = path.joined(separator: "/")
        guard !files.contains(whole), !folders.contains(whole) else { return false }
        return (1..<max(path.count, 1)).allSatisfy { !files.contains(path[..<$0].joined(separator: "/")) }
    }

    /// The parts of a path that lead down; `..` leads to a folder of that kind.
    private static func components(_ path: String) -> [String] {
        let parts = path.split(separator: "/").filter { $0 != "." }.map { $0 == ".." ? "_up" : String($0) }
        return parts.isEmpty ? ["input"] : parts
    }

    /// What came through a pipe has no name of its own.
    private static func pipeName(_ source: RecordSource) -> String {
        let ending =
            switch source.format {
            case .jsonLines: ".jsonl"
            case .text: ".txt"
            case .html: ".html"
            case .warc: ".warc"
            case .wet: ".warc.wet"
            case .arc: ".arc"
            }
        let packed =
            switch source.compression {
            case .plain: ""
            case .gzip: ".gz"
            case .zstd: ".zst"
            }
        return "stdin" + ending + packed
    }

    /// `a.warc.gz` becomes `a.warc.jsonl.gz`.
    private static func asJSONLines(_ name: String) -> String {
        for packed in [".gz", ".zst", ".zstd"] where name.lowercased().hasSuffix(packed) {
            return name.dropLast(packed.count) + ".jsonl" + name.suffix(packed.count)
        }
        return name + ".jsonl"
    }
}
