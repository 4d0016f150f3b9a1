import ArgumentParser
import LiveIndex
import Logging
import NearDupHTTP
import NearDuplicates

#if canImport(Glibc)
import Glibc
#elseif canImport(Darwin)
import Darwin
#elseif canImport(Musl)
import Musl
#endif

struct ServeCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "serve",
        abstract: "Serves an index over HTTP: checks and adds documents, and has a page to look at.",
        discussion: """
            Listens on this machine alone, unless --host says otherwise; then it needs --tokens. TLS is for a proxy in \
            front. Every option may also be set in the environment, as NEARDUP_SERVE_MAX_DOCUMENT=32m, and in a file \
            (--config), as a line max-document = 32m: an option given here comes first, then the environment, then \
            the file.

            The index is made if it is missing. While it is served no other process can write to it.

            EXAMPLES:
              neardup serve --index news.index
              curl -H 'content-type: text/plain' --data-binary @page.txt 'http://localhost:8080/v1/check?explain=true'
              curl -T dump.jsonl -X POST -H 'content-type: application/x-ndjson' http://localhost:8080/v1/documents
              neardup serve --index news.index --host 0.0.0.0 --tokens tokens.txt
            """
    )

    @OptionGroup var options: ServeOptions

    @OptionGroup(title: "Options of the rule") var rule: RuleOptions

    func run() throws {
        try exiting {
            let resolved = try ResolvedServing(options, rule: rule.rule)
            Self.raiseFileLimit()
            let level = resolved.logLevel
            let logger = Logger(label: "neardup") { _ in JSONLogHandler(level: level) }
            try waiting {
                let host = resolved.settings.host
                try await Serving.run(
                    ServedIndex(try await LiveIndex.open(path: resolved.index, options: resolved.live)),
                    settings: resolved.settings,
                    logger: logger,
                    onListening: { logger.info("listening", metadata: ["address": "http://\(host):\($0)"]) }
                )
            }
        }
    }

    /// Every connection is an open file: as many as this process may ever have.
    private static func raiseFileLimit() {
        var limit = rlimit()
        #if canImport(Glibc)
        let files = __rlimit_resource_t(RLIMIT_NOFILE.rawValue)
        #else
        let files = RLIMIT_NOFILE
        #endif
        // Both calls read or fill the structure and keep no pointer.
        guard unsafe getrlimit(files, &limit) == 0 else { return }
        limit.rlim_cur = limit.rlim_max
        _ = unsafe setrlimit(files, &limit)
    }
}

extension ExitCode {
    init(_ error: ServingError) {
        self =
            switch error {
            case .openWithoutTokens: .usage
            case .closing(let error): ExitCode(error)
            case .options(let error): ExitCode(error)
            case .listening: .inputOutput
            }
    }
}
