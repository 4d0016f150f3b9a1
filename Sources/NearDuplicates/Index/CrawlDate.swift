/// A date as crawls write them, as a point in time.
///
/// Understood are ISO 8601 and RFC 3339 (`2024-05-01`, `2024-05-01T12:30:00Z`, `2024-05-01 12:30:00.5+02:00`,
/// `20240501T123000Z`), the 14 digits of web archives (`20240501123000`, or the first 4, 6, 8, 10 or 12 of them), and RFC 1123
/// (`Wed, 01 May 2024 12:30:00 GMT`). What is left out is the earliest it could be; a time without a zone is UTC.
public struct CrawlDate: Hashable, Comparable, Sendable {
    /// Seconds since the beginning of 1970, UTC; fractions are dropped.
    public let seconds: Int

    /// A point in time.
    public init(seconds: Int) { self.seconds = seconds }

    /// Reads a date; nil where it is in no form that is understood.
    public init?(_ text: String) {
        let bytes = Array(text.utf8)
        self.init(bytes.span)
    }

    /// Reads a date in bytes.
    ///
    /// - Complexity: O(1): a longer text than any date is none.
    package init?(_ bytes: Span<UInt8>) {
        // No form has more than a few dozen bytes, spaces around it included.
        guard bytes.count <= 64 else { return nil }
        var reader = DateReader(bytes.indices.map { bytes[$0] })
        guard let seconds = reader.read() else { return nil }
        self.seconds = seconds
    }

    /// Whether one date is earlier than another.
    public static func < (a: Self, b: Self) -> Bool { a.seconds < b.seconds }
}

/// A walk over the bytes of a date.
private struct DateReader {
    private let bytes: [UInt8]
    private var place = 0

    private static let months = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"]
    private static let weekdays = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"]

    init(_ bytes: [UInt8]) { self.bytes = bytes }

    mutating func read() -> Int? {
        skipSpaces()
        guard place < bytes.count else { return nil }
        let date = digitRun >= 4 ? readISO() : readRFC1123()
        skipSpaces()
        return place == bytes.count ? date : nil
    }

    // MARK: - Forms

    private mutating func readISO() -> Int? {
        guard let year = number(4) else { return nil }
        let isExtended = take("-")
        guard isExtended || digitRun % 2 == 0 else { return nil }
        guard isExtended || digitRun > 0 else { return time(year, 1, 1) }
        guard let month = number(2) else { return nil }
        if isExtended, !take("-") { return time(year, month, 1) }
        if !isExtended, digitRun == 0 { return time(year, month, 1) }
        guard let day = number(2), let date = time(year, month, day) else { return nil }
        // Digits go on after a date in basic form, as web archives have it.
        guard take("T") || take("t") || digitRun > 0 && !isExtended || hasTimeAfterSpaces else { return date }
        guard let clock = readClock(), let zone = readZone() else { return nil }
        return date + clock - zone
    }

    private mutating func readRFC1123() -> Int? {
        if let day = word(), day.count >= 3 {
            guard Self.weekdays.contains(String(day.prefix(3))) else { return nil }
            _ = take(",")
            skipSpaces()
        }
        guard let day = number(digitRun == 1 ? 1 : 2), takeSeparator(), let name = word(), name.count == 3,
            let month = Self.months.firstIndex(of: name), takeSeparator(), let year = number(4),
            let date = time(year, month + 1, day)
        else { return nil }
        guard hasTimeAfterSpaces else { return date }
        guard let clock = readClock(), let zone = readZone() else { return nil }
        return date + clock - zone
    }

    private mutating func readClock() -> Int? {
        guard let hour = number(2), hour <= 24 else { return nil }
        var minute = 0
        var second = 0
        let isSeparated = take(":")
        if isSeparated || digitRun > 0 {
            guard let value = number(2), value < 60 else { return nil }
            minute = value
            if isSeparated ? take(":") : digitRun > 0 {
                // 60 is a leap second.
                guard let value = number(2), value <= 60 else { return nil }
                second = value
                if take(".") || take(",") {
                    guard digitRun > 0 else { return nil }
                    place += digitRun
                }
            }
        }
        guard hour < 24 || minute == 0 && second == 0 else { return nil }
        return hour * 3600 + minute * 60 + second
    }

    /// Seconds east of Greenwich; nought where no zone follows.
    private mutating func readZone() -> Int? {
        skipSpaces()
        if let name = word() { return ["z", "gmt", "utc", "ut"].contains(name) ? 0 : nil }
        let sign = take("+") ? 1 : take("-") ? -1 : 0
        guard sign != 0 else { return 0 }
        guard let hours = number(2), hours < 24 else { return nil }
        let isSeparated = take(":")
        guard isSeparated || digitRun > 0 else { return sign * hours * 3600 }
        guard let minutes = number(2), minutes < 60 else { return nil }
        return sign * (hours * 3600 + minutes * 60)
    }

    // MARK: - Pieces

    private var digitRun: Int { bytes[place...].prefix { (0x30...0x39).contains($0) }.count }

    private mutating func number(_ digits: Int) -> Int? {
        guard digits > 0, digitRun >= digits else { return nil }
        defer { place += digits }
        return bytes[place..<place + digits].reduce(0) { $0 * 10 + Int($1 - 0x30) }
    }

    /// The letters here, in small ones; nil where there are none.
    private mutating func word() -> String? {
        let letters = bytes[place...].prefix { (0x61...0x7A).contains($0 | 0x20) && $0 < 0x80 }
        guard !letters.isEmpty else { return nil }
        place += letters.count
        return String(decoding: letters.map { $0 | 0x20 }, as: UTF8.self)
    }

    private mutating func take(_ scalar: Unicode.Scalar) -> Bool {
        guard place < bytes.count, bytes[place] == UInt8(ascii: scalar) else { return false }
        place += 1
        return true
    }

    /// Between the parts of `06 Nov 1994` and `06-Nov-1994`.
    private mutating func takeSeparator() -> Bool {
        if take("-") { return true }
        let start = place
        skipSpaces()
        return place > start
    }

    private mutating func skipSpaces() { while take(" ") {} }

    /// Whether a time follows after at least one space, which are then taken.
    private var hasTimeAfterSpaces: Bool {
        mutating get {
            let start = place
            skipSpaces()
            if place > start, digitRun >= 2 { return true }
            place = start
            return false
        }
    }

    private func time(_ year: Int, _ month: Int, _ day: Int) -> Int? {
        guard (1...12).contains(month), day >= 1, day <= Self.days(in: month, of: year) else { return nil }
        return Self.daysSince1970(year, month, day) * 86_400
    }

    private static func days(in month: Int, of year: Int) -> Int {
        if month == 2 { return year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) ? 29 : 28 }
        return [4, 6, 9, 11].contains(month) ? 30 : 31
    }

    /// Of the Gregorian calendar, also before it was made: years begin in March, so that a leap day is a year's last.
    private static func daysSince1970(_ year: Int, _ month: Int, _ day: Int) -> Int {
        let shifted = month > 2 ? year : year - 1
        let monthFromMarch = (month + 9) % 12
        let dayOfYear = (153 * monthFromMarch + 2) / 5 + day - 1
        // Years from 0 on are never negative here but in January and February of year 0.
        let leapDays = (shifted >= 0 ? shifted / 4 - shifted / 100 + shifted / 400 : -1)
        return shifted * 365 + leapDays + dayOfYear - 719_468
    }
}
