import ArgumentParser
import CrawlPipelines
import CrawlReading
import NearDupHTTP
import NearDuplicates

/// A running service in the place of an index directory.
struct RemoteOptions: ParsableArguments {
    @Option(help: "In place of --index: the address of a running `neardup serve`, such as http://localhost:8080.")
    var server: String?

    @Option(help: "--server: a file with an access token (default: what NEARDUP_TOKEN holds, if anything).")
    var tokenFile: String?

    /// Checks that there is one of the two.
    func validate(index: String?) throws {
        if (index == nil) == (server == nil) {
            throw ValidationError("expected --index DIR, or --server URL in its place")
        }
        if tokenFile != nil, server == nil { throw ValidationError("--token-file: only with --server") }
    }

    /// The service; nil where an index directory was named.
    ///
    /// - Throws: `RemoteError`, `ValidationError`.
    func service() throws -> RemoteService? {
        guard let server else { return nil }
        var token: String?
        if let tokenFile {
            guard let text = SettingSources.read(tokenFile) else {
                throw ValidationError("--token-file: cannot read the file \(tokenFile)")
            }
            token = text.split(whereSeparator: \.isWhitespace).last.map(String.init)
        } else {
            token = Environment.value("NEARDUP_TOKEN")
        }
        return try RemoteService(address: server, token: token)
    }
}

extension RemoteRun.Summary {
    /// Tells on standard error what was done.
    ///
    /// - Parameter verb: what was done to the documents.
    func tell(_ verb: String) {
        var parts = outcomes.sorted { $0.key < $1.key }.map { "\(Figures.grouped($0.value)) \($0.key)" }
        if skippedRecords > 0 { parts.append("\(Figures.grouped(skippedRecords)) records skipped") }
        Console.error(
            "\(verb) \(Figures.count(documents, "document"))"
                + (parts.isEmpty ? "" : ": " + parts.joined(separator: ", "))
        )
    }
}

extension ExitCode {
    init(_ error: RemoteError) {
        self =
            switch error {
            case .badAddress: .usage
            case .pipeline(let error): ExitCode(error)
            case .unreachable, .refused, .unexpected: .inputOutput
            }
    }
}
