import CrawlPipelines

#if canImport(Glibc)
import Glibc
#elseif canImport(Darwin)
import Darwin
#elseif canImport(Musl)
import Musl
#endif

/// Tells how far a run is: a bar that is drawn again and again on a terminal, a line now and then elsewhere.
struct Progress {
    private let isQuiet: Bool
    private let isTerminal = Console.errorIsTerminal
    private let start = ContinuousClock.now
    private var last = ContinuousClock.now
    private var hasBar = false

    init(isQuiet: Bool) { self.isQuiet = isQuiet }

    /// Seconds since the start.
    var seconds: Double {
        let elapsed = (ContinuousClock.now - start).components
        return Double(elapsed.seconds) + Double(elapsed.attoseconds) / 1e18
    }

    /// Tells, if it is time to.
    ///
    /// - Parameters:
    ///   - reading: what was read so far.
    ///   - total: bytes there are to read as they lie on disk; nil where that is not known, as of a pipe.
    mutating func tell(_ reading: ReadingSummary, of total: UInt64?) {
        guard !isQuiet else { return }
        let now = ContinuousClock.now
        guard now - last >= (isTerminal ? .milliseconds(200) : .seconds(10)) else { return }
        last = now
        let line = ProgressLine(reading: reading, total: total, seconds: seconds)
        Console.status(
            isTerminal ? "\r\u{1B}[K" + line.bar(width: Console.width(of: 2, otherwise: 80)) : line.sentence + "\n"
        )
        hasBar = isTerminal
    }

    /// Takes the bar away.
    mutating func finish() {
        if hasBar { Console.status("\r\u{1B}[K") }
        hasBar = false
    }

    /// Bytes read and bytes a second.
    func rate(_ reading: ReadingSummary) -> String {
        let bytes = Int(clamping: reading.inflatedBytes)
        return "\(Figures.bytes(bytes)) in \(Figures.decimals(max(seconds, 1e-6), 2)) s, "
            + ProgressLine(reading: reading, total: nil, seconds: seconds).rate
    }
}

/// How far a run is, in words and as a bar.
struct ProgressLine {
    var reading: ReadingSummary
    /// Bytes there are to read as they lie on disk, where that is known.
    var total: UInt64?
    var seconds: Double

    /// Inflated bytes a second.
    var rate: String { Figures.bytes(Int(Double(reading.inflatedBytes) / max(seconds, 1e-6))) + "/s" }

    /// The part that is done, from 0 to 1, where there is a whole.
    var share: Double? {
        guard let total, total > 0 else { return nil }
        return min(1, Double(reading.packedBytes) / Double(total))
    }

    /// Time left at the rate so far, where there is anything to tell it from.
    var remaining: String? {
        guard let share, share > 0.001, seconds >= 1 else { return nil }
        return Self.duration(seconds * (1 - share) / share) + " left"
    }

    /// The line for a log.
    var sentence: String {
        let part = share.map { ", \(Int($0 * 100)) %" } ?? ""
        return "read \(Figures.count(reading.documents, "document")), \(bytes)\(part), \(rate)"
            + (remaining.map { ", \($0)" } ?? "")
    }

    /// The line for a terminal; what there is no room for is left out.
    func bar(width: Int) -> String {
        let parts = [share.map { "\(Int($0 * 100)) %" } ?? bytes, Figures.count(reading.documents, "document"), rate]
        var text = parts.joined(separator: "  ") + (remaining.map { "  \($0)" } ?? "")
        // The last column stays free: some terminals wrap when it is written to.
        if text.count >= width { text = String(text.prefix(max(0, width - 1))) }
        guard let share, width - text.count >= 16 else { return text }
        let cells = min(40, width - text.count - 4)
        let filled = Int(share * Double(cells))
        return "[" + String(repeating: "#", count: filled) + String(repeating: ".", count: cells - filled) + "] " + text
    }

    private var bytes: String { Figures.bytes(Int(clamping: reading.inflatedBytes)) }

    /// Seconds as h:mm:ss or m:ss, and beyond four days as days.
    static func duration(_ seconds: Double) -> String {
        let whole = Int(min(max(seconds, 0), 1e9).rounded(.up))
        let (hours, minutes, rest) = (whole / 3600, whole / 60 % 60, whole % 60)
        func two(_ number: Int) -> String { number < 10 ? "0\(number)" : "\(number)" }
        if hours >= 96 { return "\(hours / 24) days" }
        return hours > 0 ? "\(hours):\(two(minutes)):\(two(rest))" : "\(minutes):\(two(rest))"
    }
}
