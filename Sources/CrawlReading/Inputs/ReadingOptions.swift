public import CrawlModel

/// What to read out of the inputs, and how much of it.
public struct ReadingOptions: Sendable, Hashable {
    /// What the inputs hold; nil to recognise it from each input's content.
    public var format: InputFormat?
    /// The JSON field with a document's id: a key as it stands, or the keys of nested objects joined by dots.
    public var idField: String
    /// The JSON field with a document's text.
    public var textField: String
    /// The JSON field with a document's URL.
    public var urlField: String
    /// The JSON field with a document's date.
    public var dateField: String
    /// Whether a document's URL is its id, where it has a URL; in every format.
    public var usesURLAsID: Bool
    /// The longest record that is read, in bytes; longer ones are skipped, and told of.
    ///
    /// At most 1 GiB.
    public var maxRecordBytes: Int
    /// The longest text that is passed on, in bytes; longer ones are cut, and told of.
    public var maxTextBytes: Int
    /// How many inflated bytes a batch has, about: a batch ends with a whole record.
    public var batchBytes: Int
    /// Whether batches hold every byte of their input, and tell of records that are passed over: what is written out again needs
    /// them.
    package var keepsAllBytes = false

    /// Creates options; the defaults suit crawls.
    public init(
        format: InputFormat? = nil,
        idField: String = "id",
        textField: String = "text",
        urlField: String = "url",
        dateField: String = "date",
        usesURLAsID: Bool = false,
        maxRecordBytes: Int = 64 << 20,
        maxTextBytes: Int = 16 << 20,
        batchBytes: Int = 1 << 20
    ) {
        self.format = format
        self.idField = idField
        self.textField = textField
        self.urlField = urlField
        self.dateField = dateField
        self.usesURLAsID = usesURLAsID
        self.maxRecordBytes = maxRecordBytes
        self.maxTextBytes = maxTextBytes
        self.batchBytes = batchBytes
    }

    /// Checks that the options can be followed.
    ///
    /// - Throws: ``ReadingOptionsError`` for the first that can't.
    public func validate() throws(ReadingOptionsError) {
        let fields = [("idField", idField), ("textField", textField), ("urlField", urlField), ("dateField", dateField)]
        for (option, path) in fields {
            guard !path.isEmpty, path.utf8.count <= 1024, path.utf8.count(where: { $0 == UInt8(ascii: ".") }) < 32
            else {
                throw ReadingOptionsError(
                    option: option,
                    message: "expected 1 to 1024 bytes of key with fewer than 32 dots, got \(path.utf8.count) bytes"
                )
            }
        }
        let sizes = [
            ("maxRecordBytes", maxRecordBytes, 1 << 30), ("maxTextBytes", maxTextBytes, 1 << 30),
            ("batchBytes", batchBytes, 1 << 30),
        ]
        for (option, size, most) in sizes where size < 1 || size > most {
            throw ReadingOptionsError(option: option, message: "expected 1 to \(most) bytes, got \(size)")
        }
    }

    /// A buffer that one very long record made larger than this isn't kept for the others, and texts that are longer together
    /// are passed on before others are added.
    var keptBytes: Int { max(4 * batchBytes, 4 << 20) }

    /// The longest id, in bytes.
    public static let maxIDBytes = 64 << 10
}

/// Says which reading option can't be followed.
public struct ReadingOptionsError: Error, Sendable, Hashable, CustomStringConvertible {
    /// The option's name in ``ReadingOptions``.
    public var option: String
    /// What was expected and what was found.
    public var message: String

    /// Creates an error.
    public init(option: String, message: String) {
        self.option = option
        self.message = message
    }

    /// The option and the message on one line.
    public var description: String { "\(option): \(message)" }
}
