internal import CrawlPipelines
package import Logging
internal import Synchronization

#if canImport(Glibc)
internal import Glibc
#elseif canImport(Musl)
internal import Musl
#else
internal import Darwin
#endif

/// Writes a JSON object a line to standard error: `{"time":…,"level":…,"message":…,…}`.
///
/// Whatever comes from outside is in a JSON string, its control characters escaped: no request can write a line, or
/// move the cursor of a terminal that shows the log.
package struct JSONLogHandler: LogHandler {
    /// What every line has.
    package var metadata: Logger.Metadata = [:]
    /// Lower levels are left out.
    package var logLevel: Logger.Level
    private let write: @Sendable ([UInt8]) -> Void

    /// Creates a handler.
    ///
    /// - Parameters:
    ///   - level: lower ones are left out.
    ///   - write: takes a whole line; standard error by default.
    package init(level: Logger.Level, write: @escaping @Sendable ([UInt8]) -> Void = Self.writeToStandardError) {
        logLevel = level
        self.write = write
    }

    /// Adds to what every line has.
    package subscript(metadataKey key: String) -> Logger.Metadata.Value? {
        get { metadata[key] }
        set { metadata[key] = newValue }
    }

    /// Writes a line.
    package func log(event: LogEvent) {
        var json = JSONWriter()
        json.beginObject()
        json.field("time", UTCTime().rfc3339)
        json.field("level", event.level.rawValue)
        json.field("message", Self.plain("\(event.message)"))
        if let error = event.error { json.field("error", Self.plain("\(error)")) }
        let all = metadata.merging(event.metadata ?? [:]) { $1 }
        for (key, value) in all.sorted(by: { $0.key < $1.key }) { json.field(key, Self.plain("\(value)")) }
        json.endObject()
        json.endLine()
        write(json.bytes)
    }

    /// The text without what JSON need not escape and a terminal obeys: DEL and the controls from U+0080 on.
    static func plain(_ text: String) -> String {
        guard text.unicodeScalars.contains(where: { (0x7F...0x9F).contains($0.value) }) else { return text }
        return String(
            String.UnicodeScalarView(text.unicodeScalars.map { (0x7F...0x9F).contains($0.value) ? "\u{FFFD}" : $0 })
        )
    }

    private static let lock = Mutex(())

    /// Writes a whole line, never mixed with another.
    package static func writeToStandardError(_ line: [UInt8]) {
        lock.withLock { _ in
            // The array lives for the length of the call. A log that can't be written has nowhere to be told.
            unsafe line.withUnsafeBytes { bytes in
                #if canImport(Glibc)
                _ = unsafe Glibc.write(2, bytes.baseAddress, bytes.count)
                #elseif canImport(Musl)
                _ = unsafe Musl.write(2, bytes.baseAddress, bytes.count)
                #else
                _ = unsafe Darwin.write(2, bytes.baseAddress, bytes.count)
                #endif
            }
        }
    }
}
