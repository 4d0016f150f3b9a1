import ArgumentParser
import NearDuplicates

#if canImport(Glibc)
import Glibc
#elseif canImport(Darwin)
import Darwin
#elseif canImport(Musl)
import Musl
#endif

/// An age as people write it: `30d`, `12h`, `2w`.
struct Age: ExpressibleByArgument {
    let seconds: Int

    init?(argument: String) {
        let digits = argument.prefix { $0.isASCII && $0.isNumber }
        guard let number = Int(digits), number > 0 else { return nil }
        let unit: Int
        switch argument.dropFirst(digits.count) {
        case "h": unit = 3600
        case "d": unit = 86_400
        case "w": unit = 7 * 86_400
        default: return nil
        }
        let (seconds, isTooLarge) = number.multipliedReportingOverflow(by: unit)
        guard !isTooLarge else { return nil }
        self.seconds = seconds
    }

    /// What is older than that now.
    var filter: RemovalFilter {
        var filter = RemovalFilter()
        filter.before = CrawlDate(seconds: time(nil) - seconds)
        return filter
    }
}
