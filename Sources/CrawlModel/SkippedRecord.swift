/// A record that was passed over, and why.
public struct SkippedRecord: Sendable, Hashable {
    /// Where it lies.
    public var location: RecordLocation
    /// The reason, for programs.
    public var code: SkipCode
    /// The reason, for people: what was expected, what was found, what to do.
    public var message: String

    /// Creates a skipped record; without a message it says what its code says.
    public init(location: RecordLocation, code: SkipCode, message: String? = nil) {
        self.location = location
        self.code = code
        self.message = message ?? code.summary
    }
}

/// Why a record was passed over.
public enum SkipCode: String, Sendable, Hashable, CaseIterable {
    /// The record is longer than the limit for records.
    case recordTooLong = "record-too-long"
    /// The input holds no record at all.
    case emptyInput = "empty-input"
    /// The record isn't JSON.
    case invalidJSON = "invalid-json"
    /// The record is JSON, but no object.
    case notAnObject = "not-an-object"
    /// The record has no text field.
    case missingText = "missing-text"
    /// The text field is no string.
    case textNotString = "text-not-string"
    /// The id is neither a string nor a number.
    case unusableID = "unusable-id"
    /// The id is longer than an id may be.
    case idTooLong = "id-too-long"
    /// A WARC record's header can't be read.
    case badHeader = "bad-warc-header"
    /// Bytes between two WARC or ARC records which belong to neither.
    case notARecord = "not-a-warc-record"
    /// A WARC or ARC record is shorter than it says.
    case truncatedRecord = "truncated-warc-record"

    /// What the code means, in a few words.
    public var summary: String {
        switch self {
        case .recordTooLong: "the record is over the size limit for records"
        case .emptyInput: "the input is empty"
        case .invalidJSON: "the record is not valid JSON"
        case .notAnObject: "the record is JSON but not an object"
        case .missingText: "the record has no text field"
        case .textNotString: "the text field is not a string"
        case .unusableID: "the id is neither a string nor a number"
        case .idTooLong: "the id is too long"
        case .badHeader: "the WARC header cannot be read"
        case .notARecord: "the bytes belong to no record"
        case .truncatedRecord: "the record is shorter than it says"
        }
    }
}
