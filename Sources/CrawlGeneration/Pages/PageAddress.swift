/// What names pages: ids, dates, URLs and hosts.
enum PageAddress {
    /// Appends `urn:uuid:` and a random UUID of the page's own.
    static func appendID(_ purpose: CrawlRandom.Purpose, _ seed: UInt64, _ page: Int, to bytes: inout ByteBuffer) {
        var random = CrawlRandom(CrawlRandom.key(seed, purpose, page))
        let (high, low) = (random.next(), random.next())
        bytes.append("urn:uuid:")
        bytes.append(hexadecimal: high >> 32, digits: 8)
        bytes.append(UInt8(ascii: "-"))
        bytes.append(hexadecimal: high >> 16, digits: 4)
        bytes.append("-4")
        bytes.append(hexadecimal: high, digits: 3)
        bytes.append(UInt8(ascii: "-"))
        bytes.append(hexadecimal: low >> 48 & 0x3FFF | 0x8000, digits: 4)
        bytes.append(UInt8(ascii: "-"))
        bytes.append(hexadecimal: low, digits: 12)
    }

    /// Appends a moment of the year 2025, of the page's own.
    static func appendDate(_ seed: UInt64, _ page: Int, to bytes: inout ByteBuffer) {
        var random = CrawlRandom(CrawlRandom.key(seed, .address, page))
        let second = random.below(365 * 86_400)
        let (month, day) = date(dayOfYear: second / 86_400)
        bytes.append("2025-")
        bytes.append(decimal: month, width: 2)
        bytes.append(UInt8(ascii: "-"))
        bytes.append(decimal: day, width: 2)
        bytes.append(UInt8(ascii: "T"))
        bytes.append(decimal: second / 3600 % 24, width: 2)
        bytes.append(UInt8(ascii: ":"))
        bytes.append(decimal: second / 60 % 60, width: 2)
        bytes.append(UInt8(ascii: ":"))
        bytes.append(decimal: second % 60, width: 2)
        bytes.append(UInt8(ascii: "Z"))
    }

    /// Appends the URL of a page: `https://`, its host, and a path that ends with the page's number.
    static func appendURL(_ plan: PagePlan, _ seed: UInt64, host: [UInt8], to bytes: inout ByteBuffer) {
        var random = CrawlRandom(CrawlRandom.key(seed, .address, plan.page))
        let (month, _) = date(dayOfYear: random.below(365 * 86_400) / 86_400)
        let latin = Vocabulary.of(.latin)
        bytes.append("https://")
        bytes.append(host)
        bytes.append(UInt8(ascii: "/"))
        latin.append(random.below(64), to: &bytes)
        bytes.removeLast()
        bytes.append("/2025/")
        bytes.append(decimal: month, width: 2)
        bytes.append(UInt8(ascii: "/"))
        for _ in 0..<random.within(2...5) {
            latin.append(latin.index(random.next()), to: &bytes)
            bytes.removeLast()
            bytes.append(UInt8(ascii: "-"))
        }
        bytes.append(decimal: plan.page)
        if random.below(2) == 0 { bytes.append(".html") }
    }

    /// Appends a host's name; the letters after its hyphen are its number.
    static func appendHost(_ host: Int, _ seed: UInt64, to bytes: inout ByteBuffer) {
        var random = CrawlRandom(CrawlRandom.key(seed, .hostName, host))
        if random.below(2) == 0 { bytes.append("www.") }
        // Beyond the short words and before the rare ones; no number among the first hundred.
        Vocabulary.of(.latin).append(random.within(60...100), to: &bytes)
        bytes.removeLast()
        bytes.append(UInt8(ascii: "-"))
        var rest = host
        repeat {
            bytes.append("bdfgklmnprstvz".utf8.byte(rest % 14))
            bytes.append("aeiou".utf8.byte(rest / 14 % 5))
            rest /= 70
        } while rest > 0
        bytes.append(".example")
    }

    private static func date(dayOfYear: Int) -> (month: Int, day: Int) {
        var day = dayOfYear
        for (month, length) in [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31].enumerated() {
            if day < length { return (month + 1, day + 1) }
            day -= length
        }
        return (12, 31)
    }
}

extension String.UTF8View {
    fileprivate func byte(_ place: Int) -> UInt8 { self[index(startIndex, offsetBy: place)] }
}
