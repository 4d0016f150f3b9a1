import CommandValues

#if canImport(Glibc)
import Glibc
#elseif canImport(Darwin)
import Darwin
#elseif canImport(Musl)
import Musl
#endif

/// Where settings come from: the command line, then the environment, then a file.
struct SettingSources {
    /// A setting, and what to call it in messages.
    struct Value {
        var text: String
        var place: String

        func error(_ message: String) -> SettingError {
            SettingError(description: "\(place): \(message)")
        }
    }

    private var given: [String: String] = [:]
    private var file: [String: Value] = [:]

    init(_ options: ServeOptions) throws(SettingError) {
        let all: [(String, String?)] = [
            ("index", options.index), ("host", options.host), ("port", options.port), ("tokens", options.tokens),
            ("allow-host", options.allowHost), ("limit", options.limit), ("id-field", options.idField),
            ("text-field", options.textField), ("url-field", options.urlField), ("date-field", options.dateField),
            ("max-document", options.maxDocument), ("max-batch", options.maxBatch),
            ("memory", options.memory), ("body-memory", options.bodyMemory), ("max-requests", options.maxRequests),
            ("max-batches", options.maxBatches), ("max-connections", options.maxConnections),
            ("head-timeout", options.headTimeout), ("timeout", options.timeout),
            ("idle-timeout", options.idleTimeout), ("shutdown-timeout", options.shutdownTimeout),
            ("threads", options.threads), ("log-level", options.logLevel),
        ]
        for (name, value) in all { given[name] = value }
        guard let path = options.config ?? Self.environment("config")?.text else { return }
        guard let text = Self.read(path) else {
            throw SettingError(description: "\(path): cannot read the file of settings")
        }
        let names = Set(all.map(\.0))
        let lines = text.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline)
        for (number, line) in lines.enumerated() {
            let line = Self.trimmed(line)
            guard !line.isEmpty, !line.hasPrefix("#") else { continue }
            let place = "\(path): line \(number + 1)"
            let pair = line.split(separator: "=", maxSplits: 1)
            guard pair.count == 2, names.contains(Self.trimmed(pair[0])) else {
                throw SettingError(
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
        return Environment.value(variable).map { Value(text: $0, place: variable) }
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
    ) throws(SettingError) {
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
    ) throws(SettingError) {
        guard let value = value(name) else { return }
        guard let count = ByteCount(argument: value.text), range.contains(count.bytes) else {
            let (least, most) = (ByteCount(bytes: range.lowerBound), ByteCount(bytes: range.upperBound))
            throw value.error(
                "expected a size from \(least.defaultValueDescription) to \(most.defaultValueDescription), got \(value.text)"
            )
        }
        use(count.bytes)
    }

    func seconds(_ name: String, _ use: (Double) -> Void) throws(SettingError) {
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
        // What fills the buffer may be cut off.
        guard unsafe ferror(file) == 0, count < bytes.count else { return nil }
        return String(decoding: bytes[..<count], as: UTF8.self)
    }
}
