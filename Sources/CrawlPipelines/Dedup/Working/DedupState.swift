internal import CrawlModel

/// An input as it was when a run began.
struct KnownInput: Hashable, Sendable {
    /// The input as the user named it.
    var name: String
    /// Its state; nil for what can't be read.
    var stamp: FileStamp?
    /// Whether it is read from a copy, since it came through a pipe; then ``stamp`` is of what came.
    var isCopied = false
}

/// How far a run has come: what is in `state.json` of its working folder.
///
/// A run with the same settings and inputs goes on from there. JSON, an object a line, so that people can read it too.
struct DedupState: Hashable, Sendable {
    /// Stands for all options that decide the output.
    var settings: UInt64
    /// The inputs.
    var inputs: [KnownInput]
    /// The phases done, in their order.
    var phases: [String] = []

    private static let version = 1

    /// The file's bytes.
    var encoded: [UInt8] {
        var json = JSONWriter()
        func line(_ body: (inout JSONWriter) -> Void) {
            json.beginObject()
            body(&json)
            json.endObject()
            json.endLine()
            // Objects on lines of their own have no comma between them.
            var bytes: [UInt8] = []
            json.finish(&bytes)
            json = JSONWriter(continuing: &bytes)
        }
        line { json in
            json.field("version", Self.version)
            json.field("settings", String(settings, radix: 16))
        }
        for input in inputs {
            line { json in
                json.field("input", input.name)
                guard let stamp = input.stamp else { return }
                json.field("size", String(stamp.size))
                json.field("modified", String(stamp.modified))
            }
        }
        for phase in phases { line { $0.field("phase", phase) } }
        return json.bytes
    }

    /// Reads the file; nil where it is none that this version wrote.
    init?(decoding bytes: [UInt8]) {
        var lines = bytes.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: true).makeIterator()
        guard let first = lines.next().flatMap(FlatObject.init), first["version"] == "\(Self.version)",
            let settings = first["settings"].flatMap({ UInt64($0, radix: 16) })
        else { return nil }
        self.settings = settings
        inputs = []
        while let line = lines.next() {
            guard let object = FlatObject(line) else { return nil }
            if let phase = object["phase"] {
                phases.append(phase)
            } else if let name = object["input"] {
                let size = object["size"].flatMap { UInt64($0) }
                let modified = object["modified"].flatMap { Int64($0) }
                let stamp = size.flatMap { size in modified.map { FileStamp(size: size, modified: $0) } }
                inputs.append(KnownInput(name: name, stamp: stamp))
            } else {
                return nil
            }
        }
    }

    /// Creates the state of a run that begins.
    init(settings: UInt64, inputs: [KnownInput]) {
        self.settings = settings
        self.inputs = inputs
    }
}

/// A JSON object of strings and whole numbers, as ``JSONWriter`` writes them.
struct FlatObject {
    private var fields: [String: String] = [:]

    /// Reads an object; nil where it is none of this kind.
    init?(_ line: ArraySlice<UInt8>) {
        var rest = line
        guard rest.popFirst() == UInt8(ascii: "{") else { return nil }
        while true {
            guard let key = Self.string(&rest), rest.popFirst() == UInt8(ascii: ":") else { return nil }
            if rest.first == UInt8(ascii: "\"") {
                guard let value = Self.string(&rest) else { return nil }
                fields[key] = value
            } else {
                let digits = rest.prefix { $0 >= 0x2D && $0 <= 0x39 }
                rest = rest.dropFirst(digits.count)
                fields[key] = String(decoding: digits, as: UTF8.self)
            }
            switch rest.popFirst() {
            case UInt8(ascii: ","): continue
            case UInt8(ascii: "}"): return
            default: return nil
            }
        }
    }

    /// A field's value, a number as its digits.
    subscript(name: String) -> String? { fields[name] }

    private static func string(_ rest: inout ArraySlice<UInt8>) -> String? {
        guard rest.popFirst() == UInt8(ascii: "\"") else { return nil }
        var bytes: [UInt8] = []
        while let byte = rest.popFirst() {
            switch byte {
            case UInt8(ascii: "\""): return String(decoding: bytes, as: UTF8.self)
            case UInt8(ascii: "\\"):
                switch rest.popFirst() {
                case UInt8(ascii: "n"): bytes.append(0x0A)
                case UInt8(ascii: "t"): bytes.append(0x09)
                case UInt8(ascii: "u"):
                    let digits = String(decoding: rest.prefix(4), as: UTF8.self)
                    guard let value = UInt8(digits, radix: 16) else { return nil }
                    rest = rest.dropFirst(4)
                    bytes.append(value)
                case let other?: bytes.append(other)
                case nil: return nil
                }
            default: bytes.append(byte)
            }
        }
        return nil
    }
}
