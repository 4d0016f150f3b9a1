import CPageText
import CrawlModel

/// Makes text of a body: UTF-8 of whatever charset it is in, and text of HTML.
///
/// Keeps converters and scratch from page to page; one for each worker.
@safe
struct PageReader: ~Copyable {
    /// The text extractor and the charset converters, owned by this value alone.
    private let page: OpaquePointer
    private let converters: OpaquePointer
    private var converted = PaddedBytes()

    init() {
        // Some kilobytes; where there is no memory for them Swift can't go on either.
        guard let page = unsafe nd_page_create(), let converters = unsafe nd_converters_create() else {
            fatalError("no memory for a page reader")
        }
        unsafe self.page = page
        unsafe self.converters = converters
    }

    deinit {
        unsafe nd_page_destroy(page)
        unsafe nd_converters_destroy(converters)
    }

    /// Calls `use` with the body as well-formed UTF-8.
    ///
    /// - Parameters:
    ///   - body: the body in any charset.
    ///   - label: the charset its header names; empty where it names none.
    ///   - isHTML: whether the body may name one itself.
    ///   - repairs: ill-formed sequences are counted.
    ///   - use: gets the text.
    mutating func convert(
        _ body: UnsafeRawBufferPointer,
        label: UnsafeRawBufferPointer,
        isHTML: Bool,
        _ repairs: inout ReadingRepairs,
        _ use: (UnsafeRawBufferPointer, borrowing PageReader) -> Void
    ) {
        let (charset, start) = unsafe Charset.decide(body, label: label, isHTML: isHTML)
        let bytes = unsafe UnsafeRawBufferPointer(rebasing: body[start...])
        if charset == .utf8, unsafe UTF8Repair.isWellFormed(bytes) { return unsafe use(bytes, self) }
        var text = PaddedBytes()
        swap(&text, &converted)
        text.removeAll()
        var illFormed = 0
        if charset == .utf8 || !(unsafe append(bytes, charset, to: &text, &illFormed)) {
            illFormed = unsafe UTF8Repair.append(bytes, to: &text, replacingControls: false).illFormedSequences
        }
        if illFormed > 0 {
            repairs.records += 1
            repairs.illFormedSequences += illFormed
        }
        let count = text.count
        unsafe text.withPaddedBytes { unsafe use(UnsafeRawBufferPointer(rebasing: $0[..<count]), self) }
        // What one huge page needed isn't kept for all the others.
        if text.capacity <= 4 << 20 { swap(&text, &converted) }
    }

    /// Appends the text of a page in well-formed UTF-8; returns whether it was cut.
    borrowing func appendText(of html: UnsafeRawBufferPointer, limit: Int, to text: inout PaddedBytes) -> Bool {
        guard let start = html.baseAddress else { return false }
        var isCut = false
        // A few bytes beyond the limit, so that the cut can be made before a whole character.
        _ = unsafe text.appendFilling(room: min(html.count, limit) + 64) { room in
            var buffer = unsafe nd_page_buffer(
                bytes: room.baseAddress?.assumingMemoryBound(to: UInt8.self),
                count: 0,
                capacity: min(html.count, limit) + 64
            )
            // The extractor reads the page, fills the room to its capacity at most, and keeps neither pointer.
            let status = unsafe nd_page_extract(
                page,
                start.assumingMemoryBound(to: UInt8.self),
                html.count,
                &buffer
            )
            isCut = status != ND_PAGE_OK
            return unsafe buffer.count
        }
        return isCut
    }

    /// Appends bytes of another charset; returns false where this machine can't convert it.
    private func append(
        _ bytes: UnsafeRawBufferPointer,
        _ charset: Charset,
        to text: inout PaddedBytes,
        _ illFormed: inout Int
    ) -> Bool {
        guard let start = bytes.baseAddress else { return true }
        var isConverted = false
        let room = bytes.count * Int(ND_CONVERTED_BYTES_PER_BYTE) + Int(ND_CONVERTED_BYTES_MORE)
        _ = unsafe text.appendFilling(room: room) { all in
            var buffer = unsafe nd_page_buffer(
                bytes: all.baseAddress?.assumingMemoryBound(to: UInt8.self),
                count: 0,
                capacity: all.count
            )
            // As above: read, fill, keep nothing.
            isConverted = unsafe nd_convert(
                converters,
                charset.number,
                start.assumingMemoryBound(to: UInt8.self),
                bytes.count,
                &buffer,
                &illFormed
            )
            return unsafe isConverted ? buffer.count : 0
        }
        return isConverted
    }
}
