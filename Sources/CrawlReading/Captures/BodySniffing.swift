import CrawlModel

/// What the first bytes of a body say it is, where its header doesn't or is wrong.
enum BodySniffing {
    /// How many bytes are looked at.
    private static let prefixLength = 1024

    /// Whether a body is no text, whatever its header says: it has NUL bytes, or begins as files of other kinds do.
    static func isBinary(_ body: UnsafeRawBufferPointer, charset label: UnsafeRawBufferPointer) -> Bool {
        for magic in magics where unsafe body.starts(with: magic) { return true }
        guard unsafe body.prefix(prefixLength).contains(0) else { return false }
        // UTF-16 has NUL bytes.
        let hasMark = unsafe body.starts(with: [0xFF, 0xFE]) || body.starts(with: [0xFE, 0xFF])
        let isNamed = unsafe label.count >= 6 && label.prefix(6).map(\.asciiLowercased) == Array("utf-16".utf8)
        return !hasMark && !isNamed
    }

    /// Whether a text begins as HTML does.
    static func isHTML(_ body: some Collection<UInt8>) -> Bool {
        var start = body.prefix(prefixLength).drop(while: \.isJSONSpace)
        if start.starts(with: [0xEF, 0xBB, 0xBF]) { start = start.dropFirst(3).drop(while: \.isJSONSpace) }
        let head = start.prefix(16).map(\.asciiLowercased)
        if head.starts(with: "<?xml".utf8) || head.starts(with: "<!--".utf8) {
            return contains(start.map(\.asciiLowercased), Array("<html".utf8))
        }
        for tag in tags where head.starts(with: tag.utf8) {
            // A whole name, not the beginning of another.
            guard tag.utf8.count < head.count else { return true }
            let after = head[tag.utf8.count]
            if after.isJSONSpace || after == UInt8(ascii: ">") || after == UInt8(ascii: "/") { return true }
        }
        return false
    }

    private static func contains(_ bytes: [UInt8], _ word: [UInt8]) -> Bool {
        guard bytes.count >= word.count else { return false }
        return (0...bytes.count - word.count).contains { bytes[$0...].starts(with: word) }
    }

    /// What browsers take for the beginning of a page.
    private static let tags = [
        "<!doctype html", "<html", "<head", "<body", "<title", "<script", "<style", "<iframe", "<h1", "<div", "<font",
        "<table", "<a", "<b", "<br", "<p", "<meta", "<link", "<center", "<frameset", "<ul",
    ]

    private static let magics: [[UInt8]] = [
        Array("%PDF-".utf8), [0x89, 0x50, 0x4E, 0x47], Array("GIF8".utf8), [0xFF, 0xD8, 0xFF],
        [0x50, 0x4B, 0x03, 0x04],
        [0x1F, 0x8B, 0x08], Array("RIFF".utf8), Array("wOFF".utf8), Array("wOF2".utf8), Array("%!PS".utf8),
    ]
}
