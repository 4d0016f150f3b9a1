import CommandValues
import CrawlReading
import LiveIndex
import Logging
import NearDupHTTP
import NearDuplicates

/// The options of `serve`, each from the first place that gives it, as values.
struct ResolvedServing {
    var index = ""
    var settings = ServiceSettings()
    var live = LiveIndexOptions()
    var logLevel = Logger.Level.info

    /// Collects the settings.
    ///
    /// - Throws: ``SettingError`` for the first that can't be followed, with where it comes from.
    init(_ options: ServeOptions, rule: MatchRule) throws(SettingError) {
        let sources = try SettingSources(options)
        settings.rule = rule
        settings.limits.threads = activeProcessorCount()
        guard let index = sources.value("index") else {
            throw SettingError(description: "expected the index directory: --index DIR")
        }
        self.index = index.text
        if let host = sources.value("host") { settings.host = host.text }
        try sources.number("port", 0...65_535) { settings.port = $0 }
        if let names = sources.value("allow-host") {
            settings.allowedHosts = names.text.split(separator: ",")
                .map { $0.filter { $0 != " " }.lowercased() }
        }
        try sources.number("limit", 0...Int.max) { settings.matchLimit = $0 }
        if let field = sources.value("id-field") { settings.reading.idField = field.text }
        if let field = sources.value("text-field") { settings.reading.textField = field.text }
        if let field = sources.value("url-field") { settings.reading.urlField = field.text }
        if let field = sources.value("date-field") { settings.reading.dateField = field.text }
        try sources.bytes("max-document", 1024...(1 << 30)) { settings.limits.documentBytes = $0 }
        try sources.bytes("max-batch", 1024...(1 << 50)) { settings.limits.batchBytes = $0 }
        try sources.bytes("memory", MemoryLimit.least.bytes...(1 << 45)) { live.memory = $0 }
        try sources.bytes("body-memory", 1024...(1 << 45)) { settings.limits.bodyMemory = $0 }
        try sources.number("max-requests", 1...1_000_000) { settings.limits.requests = $0 }
        try sources.number("max-batches", 1...10_000) { settings.limits.batches = $0 }
        try sources.number("max-connections", 1...1_000_000) { settings.limits.connections = $0 }
        try sources.seconds("head-timeout") { settings.limits.headSeconds = $0 }
        try sources.seconds("timeout") { settings.limits.stallSeconds = $0 }
        try sources.seconds("idle-timeout") { settings.limits.idleSeconds = $0 }
        try sources.seconds("shutdown-timeout") { settings.limits.shutdownSeconds = $0 }
        try sources.number("threads", 1...512) { settings.limits.threads = $0 }
        if let level = sources.value("log-level") {
            guard let known = Logger.Level(rawValue: level.text) else {
                throw level.error("expected one of \(Logger.Level.allCases.map(\.rawValue).joined(separator: ", "))")
            }
            logLevel = known
        }
        if let file = sources.value("tokens") { settings.tokens = try Self.tokens(file) }
    }

    private static func tokens(_ file: SettingSources.Value) throws(SettingError) -> AccessTokens {
        guard let text = SettingSources.read(file.text) else { throw file.error("cannot read the file \(file.text)") }
        do throws(TokenFileError) {
            return try AccessTokens(file: text)
        } catch {
            throw SettingError(description: "\(file.text): \(error)")
        }
    }
}

/// A setting that can't be followed.
struct SettingError: Error, CustomStringConvertible {
    var description: String
}
