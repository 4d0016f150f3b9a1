#if canImport(Glibc)
internal import Glibc
#elseif canImport(Musl)
internal import Musl
#else
internal import Darwin
#endif

/// A moment in UTC, as logs and HTTP write it.
struct UTCTime {
    /// Whole seconds since 1970.
    let seconds: Int
    /// And what is beyond them.
    private let milliseconds: Int

    /// Now.
    init() {
        var time = timespec()
        // Fills the structure and keeps no pointer.
        unsafe clock_gettime(CLOCK_REALTIME, &time)
        self.init(seconds: time.tv_sec, milliseconds: time.tv_nsec / 1_000_000)
    }

    init(seconds: Int, milliseconds: Int = 0) {
        self.seconds = seconds
        self.milliseconds = milliseconds
    }

    /// As RFC 3339 has it: `2026-11-21T18:00:00.000Z`.
    var rfc3339: String {
        let parts = parts
        let date = "\(Self.padded(parts.year, 4))-\(Self.padded(parts.month + 1, 2))-\(Self.padded(parts.day, 2))"
        return "\(date)T\(Self.clock(parts)).\(Self.padded(milliseconds, 3))Z"
    }

    /// As RFC 9110 has it: `Sat, 21 Nov 2026 18:00:00 GMT`.
    var http: String {
        let parts = parts
        let day = "\(Self.weekdays[parts.weekday]), \(Self.padded(parts.day, 2))"
        return "\(day) \(Self.months[parts.month]) \(Self.padded(parts.year, 4)) \(Self.clock(parts)) GMT"
    }

    private typealias Parts = (year: Int, month: Int, day: Int, weekday: Int, hour: Int, minute: Int, second: Int)

    private var parts: Parts {
        var (seconds, parts) = (seconds, unsafe tm())
        // Fills the structure; only numbers are read of it.
        unsafe gmtime_r(&seconds, &parts)
        return unsafe (
            Int(parts.tm_year) + 1900, Int(parts.tm_mon), Int(parts.tm_mday), Int(parts.tm_wday),
            Int(parts.tm_hour), Int(parts.tm_min), Int(parts.tm_sec)
        )
    }

    private static let weekdays = ["Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"]
    private static let months = [
        "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
    ]

    private static func clock(_ parts: Parts) -> String {
        "\(padded(parts.hour, 2)):\(padded(parts.minute, 2)):\(padded(parts.second, 2))"
    }

    private static func padded(_ number: Int, _ width: Int) -> String {
        let digits = "\(number)"
        return String(repeating: "0", count: max(0, width - digits.count)) + digits
    }
}
