/// Two texts in two columns of a terminal.
struct SideBySide {
    /// A part of a text and a little of what stands around it, each on one line.
    struct Quotation {
        let before: String
        let passage: String
        let after: String

        /// Characters of context on either side.
        private static let context = 40

        /// - Parameters:
        ///   - text: the whole text.
        ///   - bytes: the part, which begins and ends between characters.
        init(_ text: String, _ bytes: Range<Int>) {
            let utf8 = text.utf8
            let start = utf8.index(utf8.startIndex, offsetBy: bytes.lowerBound)
            let end = utf8.index(utf8.startIndex, offsetBy: bytes.upperBound)
            let (lead, tail) = (text[..<start], text[end...])
            before = Self.line(Self.atWord(lead.suffix(Self.context), of: lead))
            passage = Self.line(text[start..<end])
            after = Self.line(Self.toWord(tail.prefix(Self.context), of: tail))
        }

        /// From a word's start on, where there is one.
        private static func atWord(_ part: Substring, of whole: Substring) -> Substring {
            guard part.startIndex > whole.startIndex, let space = part.firstIndex(where: \.isWhitespace) else {
                return part
            }
            return part[space...].drop { $0.isWhitespace }
        }

        /// Up to a word's end, where there is one.
        private static func toWord(_ part: Substring, of whole: Substring) -> Substring {
            guard part.endIndex < whole.endIndex, let space = part.lastIndex(where: \.isWhitespace) else { return part }
            return part[..<space]
        }

        /// Runs of white space become one space.
        private static func line(_ text: Substring) -> String {
            var line = ""
            var wasSpace = false
            for character in text {
                let isSpace = character.isWhitespace
                if !isSpace { line.append(character) } else if !wasSpace { line.append(" ") }
                wasSpace = isSpace
            }
            return Console.printable(line)
        }
    }

    /// Columns of the terminal.
    let width: Int
    /// Whether what is not shared may be dimmed; else the passage stands in brackets.
    let usesColour: Bool

    private var columnWidth: Int { max(16, (width - 3) / 2) }

    /// A line above the columns.
    func heading(_ left: String, _ right: String) -> String { Figures.padded(left, columnWidth) + " | " + right }

    /// The quotations, wrapped at words, a line of each beside the other.
    func rows(_ left: Quotation, _ right: Quotation) -> [String] {
        let (a, b) = (wrapped(left), wrapped(right))
        return (0..<max(a.count, b.count))
            .map { row in
                let cell = row < a.count ? a[row] : Cell()
                let padding = String(repeating: " ", count: max(0, columnWidth - cell.width))
                return cell.text + padding + " | " + (row < b.count ? b[row].text : "")
            }
    }

    private struct Cell {
        var text = ""
        var width = 0
    }

    private func wrapped(_ quotation: Quotation) -> [Cell] {
        var lines = [Cell()]
        // Brackets show where the passage begins and ends where colour can't.
        let marks = usesColour ? ("", "") : ("[[", "]]")
        let parts = [
            (quotation.before, true), (marks.0 + quotation.passage + marks.1, false), (quotation.after, true),
        ]
        for (text, isContext) in parts {
            for word in words(text) {
                let room = columnWidth - lines[lines.count - 1].width
                if DisplayWidth.of(word) > room, lines[lines.count - 1].width > 0 { lines.append(Cell()) }
                for piece in pieces(word) {
                    if DisplayWidth.of(piece) > columnWidth - lines[lines.count - 1].width { lines.append(Cell()) }
                    lines[lines.count - 1].width += DisplayWidth.of(piece)
                    lines[lines.count - 1].text += isContext && usesColour ? "\u{1B}[2m\(piece)\u{1B}[0m" : piece
                }
            }
        }
        return lines
    }

    /// Words with the space behind them.
    private func words(_ text: String) -> [Substring] {
        var words: [Substring] = []
        var rest = text[...]
        while let space = rest.firstIndex(of: " ") {
            let end = rest.index(after: space)
            words.append(rest[..<end])
            rest = rest[end...]
        }
        return rest.isEmpty ? words : words + [rest]
    }

    /// A word longer than a column, cut; scripts without spaces have such words.
    private func pieces(_ word: Substring) -> [Substring] {
        if DisplayWidth.of(word) <= columnWidth { return [word] }
        var pieces: [Substring] = []
        var (start, width) = (word.startIndex, 0)
        for index in word.indices {
            let step = DisplayWidth.of(word[index])
            if width + step > columnWidth {
                pieces.append(word[start..<index])
                (start, width) = (index, 0)
            }
            width += step
        }
        return pieces + [word[start...]]
    }
}

/// Columns that characters take on a terminal.
enum DisplayWidth {
    /// Of a text.
    static func of(_ text: some StringProtocol) -> Int { text.reduce(0) { $0 + of($1) } }

    /// Of a character: 2 for those of East Asian scripts and for emoji (Unicode Standard Annex 11, the wide blocks).
    static func of(_ character: Character) -> Int {
        guard let scalar = character.unicodeScalars.first?.value else { return 0 }
        return wide.contains { $0.contains(scalar) } ? 2 : 1
    }

    private static let wide: [ClosedRange<UInt32>] = [
        0x1100...0x115F, 0x2E80...0x303E, 0x3041...0xA4CF, 0xAC00...0xD7A3, 0xF900...0xFAFF, 0xFE30...0xFE6F,
        0xFF00...0xFF60, 0xFFE0...0xFFE6, 0x1F300...0x1F64F, 0x1F900...0x1F9FF, 0x20000...0x3FFFD,
    ]
}
