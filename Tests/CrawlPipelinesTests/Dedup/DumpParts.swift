import CrawlModel
import StreamCompression
import TestSupport

/// A dump put together from parts of which it is known what becomes of them.
struct MadeUpDump {
    /// What becomes of a part when some documents are dropped.
    enum Fate: Hashable {
        /// It is this document's record.
        case document(Int)
        /// It belongs to this document.
        case follows(Int)
        /// It is no document, and stays.
        case stays
        /// It is malformed, and goes.
        case goes
    }

    var parts: [(bytes: [UInt8], fate: Fate)] = []
    var documents = 0
    private var random: SeededGenerator

    private init(seed: UInt64) { random = SeededGenerator(seed: seed) }

    /// All bytes.
    var bytes: [UInt8] { parts.flatMap(\.bytes) }

    /// The bytes that stay when these documents are dropped.
    func bytes(without dropped: Set<Int>) -> [UInt8] {
        parts.flatMap { part -> [UInt8] in
            switch part.fate {
            case .document(let number), .follows(let number): dropped.contains(number) ? [] : part.bytes
            case .stays: part.bytes
            case .goes: []
            }
        }
    }

    private mutating func add(_ text: String, _ fate: Fate) { parts.append((Array(text.utf8), fate)) }

    private mutating func chance(_ odds: Int) -> Bool { Int.random(in: 0..<odds, using: &random) == 0 }

    private mutating func words(_ count: ClosedRange<Int>) -> String {
        (0..<Int.random(in: count, using: &random))
            .map { _ in String(UInt32.random(in: 0..<60_000, using: &random), radix: 36) }.joined(separator: " ")
    }
}

// MARK: - JSON lines

extension MadeUpDump {
    /// Lines of every kind.
    static func jsonLines(_ count: Int, seed: UInt64, longest: Int) -> MadeUpDump {
        var dump = MadeUpDump(seed: seed)
        if dump.chance(3) { dump.add("\u{FEFF}", .stays) }
        for number in 0..<count {
            let end = dump.chance(4) ? "\r\n" : number == count - 1 && dump.chance(2) ? "" : "\n"
            switch Int.random(in: 0..<12, using: &dump.random) {
            case 0: dump.add("  " + end, .stays)
            case 1: dump.add(#"{"id":\#(number),"text":""}"# + end, .stays)
            case 2: dump.add(#"{"id":\#(number),"text":"?! …"}"# + end, .stays)
            case 3: dump.add("{no json" + end, .goes)
            case 4: dump.add(#"{"id":\#(number)}"# + end, .goes)
            case 5:
                dump.add(#"{"text":""# + String(repeating: "long ", count: longest / 5 + 1) + #""}"# + end, .stays)
            default:
                let url = dump.chance(2) ? #""url":"https://a.example/\#(number)","# : ""
                dump.add(#"{"id":\#(number),\#(url)"text":"\#(dump.words(1...80))"}"# + end, .document(dump.documents))
                dump.documents += 1
            }
        }
        return dump
    }
}

// MARK: - Captures

extension MadeUpDump {
    /// A WARC file: captures with their requests and metadata around them, in any order that crawlers write.
    static func warc(_ count: Int, seed: UInt64) -> MadeUpDump {
        var dump = MadeUpDump(seed: seed)
        dump.add(record("warcinfo", [], "software: made up\r\n"), .stays)
        for number in 0..<count {
            switch Int.random(in: 0..<10, using: &dump.random) {
            case 0: dump.addImage(number)
            case 1: dump.add(record("revisit", ["WARC-Target-URI: https://a.example/\(number)"], ""), .stays)
            case 2: dump.add("these bytes are no record\r\n", .goes)
            case 3:
                let page = "HTTP/1.1 404 Not Found\r\n\r\n" + dump.words(1...9)
                dump.add(record("response", http(number), page), .stays)
            default: dump.addCapture(number)
            }
            if dump.chance(6) { dump.endLines() }
        }
        return dump
    }

    /// A WET file.
    static func wet(_ count: Int, seed: UInt64) -> MadeUpDump {
        var dump = MadeUpDump(seed: seed)
        dump.add(record("warcinfo", [], "software: made up\r\n"), .stays)
        for number in 0..<count {
            let headers = [
                "WARC-Target-URI: https://a.example/\(number)", "WARC-Record-ID: <urn:uuid:\(number)>",
                "Content-Type: text/plain",
            ]
            if dump.chance(6) {
                dump.add(record("conversion", headers, ""), .stays)
            } else {
                dump.add(record("conversion", headers, dump.words(1...80)), .document(dump.documents))
                dump.documents += 1
            }
        }
        return dump
    }

    /// An ARC file.
    static func arc(_ count: Int, seed: UInt64) -> MadeUpDump {
        var dump = MadeUpDump(seed: seed)
        let info = "1 0 Made Up\nURL IP-address Archive-date Content-type Archive-length\n"
        dump.add("filedesc://made-up.arc 0.0.0.0 20240518015810 text/plain \(info.utf8.count)\n\(info)\n", .stays)
        for number in 0..<count {
            let isImage = dump.chance(5)
            let type = isImage ? "image/png" : "text/html"
            let content = "HTTP/1.1 200 OK\r\nContent-Type: \(type)\r\n\r\n<p>" + dump.words(1...80)
            let line = "http://a.example/\(number) 192.0.2.1 20240518015810 \(type) \(content.utf8.count)\n"
            dump.add(line + content + "\n", isImage ? .stays : .document(dump.documents))
            if !isImage { dump.documents += 1 }
        }
        return dump
    }

    private static func record(_ type: String, _ headers: [String], _ content: String) -> String {
        (["WARC/1.1", "WARC-Type: \(type)"] + headers + ["Content-Length: \(content.utf8.count)", "", content, "", ""])
            .joined(separator: "\r\n")
    }

    private static func http(_ number: Int) -> [String] {
        [
            "WARC-Target-URI: https://a.example/\(number)", "WARC-Record-ID: <urn:uuid:\(number)>",
            "Content-Type: application/http; msgtype=response",
        ]
    }

    private func image(_ number: Int) -> String {
        Self.record("response", Self.http(number), "HTTP/1.1 200 OK\r\nContent-Type: image/png\r\n\r\nPNG")
    }

    private mutating func addImage(_ number: Int) {
        if chance(2) { add(companion("request", number, names: true), .stays) }
        add(image(number), .stays)
        if chance(2) { add(companion("metadata", number, names: true), .stays) }
    }

    private mutating func addCapture(_ number: Int) {
        let document = documents
        documents += 1
        let names = chance(2)
        let comesFirst = chance(2)
        let hasRequest = !chance(4)
        if hasRequest, comesFirst { add(companion("request", number, names: names), .follows(document)) }
        let content = "HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n<title>\(number)</title><p>" + words(1...80)
        // Wget has the response name its request.
        let isNamed = hasRequest && comesFirst && !names && chance(2)
        let named = isNamed ? ["WARC-Concurrent-To: <urn:request:\(number)>"] : []
        add(Self.record("response", Self.http(number) + named, content), .document(document))
        if hasRequest, !comesFirst { add(companion("request", number, names: names), .follows(document)) }
        if chance(2) { add(companion("metadata", number, names: chance(2)), .follows(document)) }
    }

    /// A request or metadata, which names its response or has only its address.
    private func companion(_ type: String, _ number: Int, names: Bool) -> String {
        var headers = ["WARC-Target-URI: https://a.example/\(number)", "WARC-Record-ID: <urn:\(type):\(number)>"]
        if names { headers.append("WARC-Concurrent-To: <urn:uuid:\(number)>") }
        return Self.record(type, headers, type == "request" ? "GET /\(number) HTTP/1.1\r\n\r\n" : "a: b\r\n")
    }

    /// More line ends than there should be go with what comes before them.
    private mutating func endLines() { parts[parts.count - 1].bytes += Array("\r\n\r\n".utf8) }
}
