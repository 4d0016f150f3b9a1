/// The lines of the elements that have text, by the plainest means: one pass over the characters.
func plainText(ofHTML html: String) -> String {
    var lines: [String] = []
    var line = ""
    var rest = Array(html.unicodeScalars)[...]

    func isNext(_ text: String) -> Bool { rest.starts(with: text.unicodeScalars) }
    func skip(past end: String) {
        while !rest.isEmpty, !isNext(end) { rest.removeFirst() }
        rest.removeFirst(end.unicodeScalars.count)
    }
    func skipTag() {
        var quote: Unicode.Scalar?
        while let scalar = rest.popFirst() {
            if let open = quote {
                if scalar == open { quote = nil }
            } else if scalar == "\"" || scalar == "'" {
                quote = scalar
            } else if scalar == ">" {
                return
            }
        }
    }
    func appendEntity() {
        let name = String(String.UnicodeScalarView(rest.prefix { $0 != ";" }.dropFirst()))
        rest.removeFirst(name.unicodeScalars.count + 2)
        let named = ["amp": "&", "lt": "<", "gt": ">", "quot": "\"", "ldquo": "“", "rdquo": "”"]
        if name.first == "#", let number = UInt32(name.dropFirst()), let scalar = Unicode.Scalar(number) {
            line.unicodeScalars.append(scalar)
        } else {
            line += named[name] ?? "?\(name)?"
        }
    }

    while let scalar = rest.first {
        if isNext("<!--") {
            skip(past: "-->")
        } else if let hidden = ["script", "style", "noscript"].first(where: { isNext("<\($0)>") }) {
            skip(past: "</\(hidden)>")
        } else if scalar == "<" {
            let endsLine = ["title", "p", "li", "h1", "h3"].contains { isNext("</\($0)>") }
            skipTag()
            if endsLine {
                lines.append(line)
                line = ""
            }
        } else if scalar == "&" {
            appendEntity()
        } else {
            rest.removeFirst()
            // No line end of the source is one of the text.
            if scalar != "\n" { line.unicodeScalars.append(scalar) }
        }
    }
    return lines.joined(separator: "\n")
}
