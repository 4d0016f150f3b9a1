import ArgumentParser

/// What `serve` takes; what is not given comes from the environment, a file, or the defaults.
struct ServeOptions: ParsableArguments {
    @Option(name: .long, help: "The index directory.")
    var index: String?

    @Option(help: "A file of lines `option = value`, with the names of these options.")
    var config: String?

    @Option(help: "The address to listen on (default: 127.0.0.1).")
    var host: String?

    @Option(help: "The port; 0 for one that is free (default: 8080).")
    var port: String?

    @Option(help: "A file of lines `read TOKEN` and `write TOKEN`: requests need one of them.")
    var tokens: String?

    @Option(help: "Another name that leads to this address, where there are no tokens; names with commas between.")
    var allowHost: String?

    @Option(help: "At most this many matches for each document, unless the request says otherwise (default: all).")
    var limit: String?

    @Option(help: "JSON: the field of the id (default: id).")
    var idField: String?

    @Option(help: "JSON: the field of the text (default: text).")
    var textField: String?

    @Option(help: "JSON: the field of the URL (default: url).")
    var urlField: String?

    @Option(help: "JSON: the field of the date (default: date).")
    var dateField: String?

    @Option(help: "The longest document, unpacked (default: 16m).")
    var maxDocument: String?

    @Option(help: "The longest batch of lines, unpacked (default: 4g).")
    var maxBatch: String?

    @Option(help: "Memory for documents on their way into shards, at least 16m (default: 256m).")
    var memory: String?

    @Option(help: "Bodies in memory at the same time (default: 256m).")
    var bodyMemory: String?

    @Option(help: "Requests answered at the same time; more get 503 (default: 512).")
    var maxRequests: String?

    @Option(help: "Batches answered at the same time; more get 429 (default: 16).")
    var maxBatches: String?

    @Option(help: "Connections; more wait (default: 4096).")
    var maxConnections: String?

    @Option(help: "Seconds for the head of a request to come (default: 10).")
    var headTimeout: String?

    @Option(help: "Seconds that a client may say or take nothing within a request (default: 30).")
    var timeout: String?

    @Option(help: "Seconds that a connection may stay open without a request (default: 60).")
    var idleTimeout: String?

    @Option(help: "Seconds for requests to end in after SIGTERM (default: 20).")
    var shutdownTimeout: String?

    @Option(help: "Threads that check the documents of a batch (default: one a core).")
    var threads: String?

    @Option(help: "What is logged: trace, debug, info, notice, warning, error, critical (default: info).")
    var logLevel: String?
}
