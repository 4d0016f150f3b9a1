package import CrawlReading
package import NearDuplicates

/// What the service listens on, and what it takes from whom.
package struct ServiceSettings: Sendable {
    /// The address to listen on.
    package var host = "127.0.0.1"
    /// The port; 0 for any that is free.
    package var port = 8080
    /// Names that requests may ask for, besides this machine's own, where no token is needed.
    package var allowedHosts: [String] = []
    /// Who may read and who may write; nil where everyone on this machine may.
    package var tokens: AccessTokens?
    /// How documents are read from requests.
    package var reading = ReadingOptions()
    /// The rule that decides.
    package var rule = MatchRule()
    /// The most matches told of a document where the request names no limit; nil for all.
    package var matchLimit: Int?
    /// What requests may take.
    package var limits = ServiceLimits()

    /// Creates the default settings.
    package init() {}

    /// Whether only programs on this machine can reach the address.
    package var isLoopback: Bool {
        host == "localhost" || host == "::1" || host == "[::1]"
            || (host.hasPrefix("127.") && host.allSatisfy { $0.isNumber || $0 == "." })
    }
}

/// What requests may take of the machine, so that it keeps answering whatever comes.
package struct ServiceLimits: Sendable {
    /// Bytes of one document, inflated: a body, or a line of a batch.
    package var documentBytes = 16 << 20
    /// Bytes of one batch of lines, inflated.
    package var batchBytes = 4 << 30
    /// Bytes of bodies held in memory at the same time, of all requests.
    package var bodyMemory = 256 << 20
    /// Requests answered at the same time.
    package var requests = 512
    /// Batches among them.
    package var batches = 16
    /// Connections; more wait to be accepted.
    package var connections = 4096
    /// Seconds in which a request's head must come.
    package var headSeconds = 10.0
    /// Seconds that a client may say nothing, or take nothing, in the middle of a request.
    package var stallSeconds = 30.0
    /// Seconds that a connection may be open without a request.
    package var idleSeconds = 60.0
    /// Bytes a second a document's body must come at, besides `stallSeconds`.
    package var leastRate = 64 << 10
    /// Seconds that requests have to end in after SIGTERM.
    package var shutdownSeconds = 20.0
    /// Threads that check documents of batches.
    package var threads = 2

    /// Creates the default limits.
    package init() {}
}
