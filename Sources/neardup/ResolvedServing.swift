import CrawlReading
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

/// The options of `serve`, each from the first place that gives it, as values.
struct ResolvedServing {
    var index = ""
    var settings = ServiceSettings()
    var logLevel = Logger.Level.info

    /// A setting that can't be followed.
    struct SettingError: Error, CustomStringConvertible {
        var description: String
    }

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

/// Where settings come from: the command line, then the environment, then a file.
struct SettingSources {
    /// A setting, and what to call it in messages.
    struct Value {
        var text: String
        var place: String

        func error(_ message: String) -> ResolvedServing.SettingError {
            ResolvedServing.SettingError(description: "\(place): \(message)")
        }
    }

    private var given: [String: String] = [:]
    private var file: [String: Value] = [:]

    init(_ options: ServeOptions) throws(ResolvedServing.SettingError) {
        let all: [(String, String?)] = [
            ("index", options.index), ("host", options.host), ("port", options.port), ("tokens", options.tokens),
            ("allow-host", options.allowHost), ("limit", options.limit), ("id-field", options.idField),
            ("text-field", options.textField), ("url-field", options.urlField), ("date-field", options.dateField),
            ("max-document", options.maxDocument), ("max-batch", options.maxBatch),
            ("body-memory", options.bodyMemory), ("max-requests", options.maxRequests),
            ("max-batches", options.maxBatches), ("max-connections", options.maxConnections),
            ("head-timeout", options.headTimeout), ("timeout", options.timeout),
            ("idle-timeout", options.idleTimeout), ("shutdown-timeout", options.shutdownTimeout),
            ("threads", options.threads), ("log-level", options.logLevel),
        ]
        for (name, value) in all { given[name] = value }
        guard let path = options.config ?? Self.environment("config")?.text else { return }
        guard let text = Self.read(path) else {
            throw ResolvedServing.SettingError(description: "\(path): cannot read the file of settings")
        }
        let names = Set(all.map(\.0))
        let lines = text.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline)
        for (number, line) in lines.enumerated() {
            let line = Self.trimmed(line)
            guard !line.isEmpty, !line.hasPrefix("#") else { continue }
            let place = "\(path): line \(number + 1)"
            let pair = line.split(separator: "=", maxSplits: 1)
            guard pair.count == 2, names.contains(Self.trimmed(pair[0])) else {
                throw ResolvedServing.SettingError(
                    description: "\(place): expected `option = value` with the name of an option of serve"
                )
            }
            file[Self.trimmed(pair[0])] = Value(text: Self.trimmed(pair[1]), place: place)
        }
    }

    private static func trimmed(_ text: Substring) -> String {
        var text = text
        while text.first?.isWhitespace == true { text.removeFirst() }
        while text.last?.isWhitespace == true { text.removeLast() }
        return String(text)
    }

    private static func environment(_ name: String) -> Value? {
        let variable = "NEARDUP_SERVE_" + name.replacing("-", with: "_").uppercased()
        // The value is copied before anything could change the environment.
        guard let value = unsafe getenv(variable) else { return nil }
        return unsafe Value(text: String(cString: value), place: variable)
    }

    /// A setting from the first place that has it.
    func value(_ name: String) -> Value? {
        if let text = given[name] { return Value(text: text, place: "--\(name)") }
        return Self.environment(name) ?? file[name]
    }

    func number(
        _ name: String,
        _ range: ClosedRange<Int>,
        _ use: (Int) -> Void
    ) throws(ResolvedServing.SettingError) {
        guard let value = value(name) else { return }
        guard let number = Int(value.text), range.contains(number) else {
            throw value.error("expected \(range.lowerBound) to \(range.upperBound), got \(value.text)")
        }
        use(number)
    }

    func bytes(
        _ name: String,
        _ range: ClosedRange<Int>,
        _ use: (Int) -> Void
    ) throws(ResolvedServing.SettingError) {
        guard let value = value(name) else { return }
        guard let count = ByteCount(argument: value.text), range.contains(count.bytes) else {
            throw value.error("expected a size such as 16m or 1g, got \(value.text)")
        }
        use(count.bytes)
    }

    func seconds(_ name: String, _ use: (Double) -> Void) throws(ResolvedServing.SettingError) {
        guard let value = value(name) else { return }
        guard let seconds = Double(value.text), seconds > 0, seconds <= 86_400 else {
            throw value.error("expected seconds, above 0 and at most 86400, got \(value.text)")
        }
        use(seconds)
    }

    /// A small file as text; nil where it can't be read.
    static func read(_ path: String) -> String? {
        // The file is open within this call only; the buffer is the call's own.
        guard let file = unsafe fopen(path, "r") else { return nil }
        defer { unsafe fclose(file) }
        var bytes = [UInt8](repeating: 0, count: 1 << 20)
        let count = unsafe fread(&bytes, 1, bytes.count, file)
        guard unsafe ferror(file) == 0 else { return nil }
        return String(decoding: bytes[..<count], as: UTF8.self)
    }
}
