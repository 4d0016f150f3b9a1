/// Why a whole input, or the rest of it, could not be read.
///
/// An error value names the input and says what was expected, what was found and where; the reader goes on with the
/// next input.
public struct CrawlInputError: Error, Sendable, Hashable, CustomStringConvertible {
    /// What went wrong, for programs.
    public enum Code: String, Sendable, Hashable, CaseIterable {
        /// There is no such file.
        case notFound = "not-found"
        /// A pattern matches no file.
        case noMatch = "no-match"
        /// The file may not be opened, or is no file at all.
        case notReadable = "not-readable"
        /// Reading failed part of the way.
        case readFailed = "read-failed"
        /// The compressed stream ends before it should.
        case truncated
        /// The compressed stream is damaged.
        case corrupt
        /// The compressed stream inflates to bytes that don't have the checksum it states.
        case checksum
        /// Bytes follow the compressed stream that belong to no stream.
        case trailingGarbage = "trailing-garbage"
        /// The compressed stream asks for more memory than is allowed.
        case windowTooLarge = "window-too-large"
        /// A compression that isn't read.
        case unsupportedCompression = "unsupported-compression"
        /// A kind of content that isn't read.
        case unsupportedFormat = "unsupported-format"
        /// A character encoding that isn't read.
        case unsupportedEncoding = "unsupported-encoding"
        /// The file was cut off while it was read, or is not the one that was read in part before.
        case changed
        /// The last record is shorter than it says.
        case truncatedRecord = "truncated-record"
    }

    /// What went wrong.
    public var code: Code
    /// The input as the user named it.
    public var source: String
    /// Where in the input: in the packed file for compression errors, else in the inflated stream; nil where it has no place.
    public var offset: UInt64?
    /// What was expected, what was found and what to do.
    public var message: String

    /// Creates an error.
    public init(code: Code, source: String, offset: UInt64? = nil, message: String) {
        self.code = code
        self.source = source
        self.offset = offset
        self.message = message
    }

    /// The input, the place and the message on one line.
    public var description: String {
        offset.map { "\(source): at byte \($0): \(message)" } ?? "\(source): \(message)"
    }
}
