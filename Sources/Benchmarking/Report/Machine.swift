#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#else
import Darwin
#endif

/// The machine something was measured on.
package struct Machine: Sendable, Hashable {
    /// The processor's name; empty where the system doesn't tell.
    package let processor: String
    /// Processors this process may run on.
    package let processors: Int
    /// The system's name, version and architecture.
    package let system: String
    /// The day, in UTC.
    package let day: String

    /// Asks the system.
    package init() {
        processor = Self.processorName()
        processors = max(1, Int(sysconf(Int32(_SC_NPROCESSORS_ONLN))))
        var names = utsname()
        // `uname` fills the structure, whose members are strings that end within it.
        unsafe _ = uname(&names)
        system = [Self.text(&names.sysname), Self.text(&names.release), Self.text(&names.machine)]
            .joined(separator: " ")
        day = Self.today()
    }

    private static func text<Field>(_ field: inout Field) -> String {
        unsafe withUnsafeBytes(of: &field) { bytes in
            unsafe String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
        }
    }

    private static func today() -> String {
        var now = time(nil)
        // Its pointer to the zone's name is not looked at.
        var parts = unsafe tm()
        // `gmtime_r` fills the structure and keeps no pointer.
        unsafe _ = gmtime_r(&now, &parts)
        func two(_ number: Int32) -> String { number < 10 ? "0\(number)" : "\(number)" }
        let (year, month, day) = unsafe (1900 + parts.tm_year, parts.tm_mon + 1, parts.tm_mday)
        return "\(year)-\(two(month))-\(two(day))"
    }

    /// The first `model name` of `/proc/cpuinfo`.
    private static func processorName() -> String {
        // The path is a C string for the length of the call; the system writes at most as many bytes as the array has.
        let descriptor = unsafe open("/proc/cpuinfo", O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { return "" }
        defer { close(descriptor) }
        var bytes = [UInt8](repeating: 0, count: 4096)
        let count = unsafe bytes.withUnsafeMutableBytes { unsafe read(descriptor, $0.baseAddress, $0.count) }
        for line in bytes.prefix(max(count, 0)).split(separator: UInt8(ascii: "\n")) {
            let text = String(decoding: line, as: UTF8.self)
            guard text.hasPrefix("model name"), let colon = text.firstIndex(of: ":") else { continue }
            return String(text[text.index(after: colon)...].drop { $0 == " " })
        }
        return ""
    }
}
