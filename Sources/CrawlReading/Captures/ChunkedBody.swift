import CrawlModel

/// Takes the chunks of a body sent in chunks (RFC 9112, section 7.1) together.
enum ChunkedBody {
    /// What a body was.
    enum Outcome {
        /// Chunks to the last, or to the end of the body.
        case whole
        /// Chunks, and then something else or a cut.
        case mended
        /// No chunks: archives often store bodies without them, under the header they came with.
        case notChunked
    }

    /// Appends the content of the chunks.
    ///
    /// - Parameters:
    ///   - body: the body as it was sent.
    ///   - output: where the content goes; nothing where the body isn't chunked.
    /// - Returns: what the body was.
    /// - Complexity: O(`body.count`).
    static func append(_ body: UnsafeRawBufferPointer, to output: inout PaddedBytes) -> Outcome {
        var at = 0
        var isFirst = true
        while at < body.count {
            guard let line = unsafe sizeLine(body, at) else { return isFirst ? .notChunked : .mended }
            if line.size == 0 { return .whole }
            let count = min(line.size, body.count - line.end)
            var end = line.end + count
            // A number that leads nowhere is a line of the body.
            if count == line.size, end < body.count {
                if unsafe body[end] == 0x0D { end += 1 }
                guard end == body.count || (unsafe body[end] == 0x0A) else {
                    guard !isFirst else { return .notChunked }
                    unsafe output.append(UnsafeRawBufferPointer(rebasing: body[line.end..<line.end + count]))
                    return .mended
                }
                end = min(end + 1, body.count)
            }
            unsafe output.append(UnsafeRawBufferPointer(rebasing: body[line.end..<line.end + count]))
            if count < line.size { return .mended }
            at = end
            isFirst = false
        }
        // The chunk of no bytes that ends a body is often left out.
        return isFirst ? .notChunked : .whole
    }

    /// The size at the start of a chunk and where its line ends; nil where there is none.
    private static func sizeLine(_ body: UnsafeRawBufferPointer, _ start: Int) -> (size: Int, end: Int)? {
        var at = start
        while at < body.count, at - start < 8, unsafe body[at] == 0x20 { at += 1 }
        var size = 0
        var digits = 0
        while at < body.count, let digit = unsafe hexValue(body[at]) {
            guard digits < 15 else { return nil }
            size = size << 4 | digit
            digits += 1
            at += 1
        }
        guard digits > 0 else { return nil }
        // Blanks or extensions, up to a length nobody reaches.
        let most = min(body.count, at + 1024)
        guard at < most, unsafe body[at] <= 0x20 || body[at] == UInt8(ascii: ";") else { return nil }
        while at < most, unsafe body[at] != 0x0A { at += 1 }
        return at < most ? (size, at + 1) : nil
    }

    private static func hexValue(_ byte: UInt8) -> Int? {
        switch byte {
        case 0x30...0x39: Int(byte - 0x30)
        case 0x41...0x46: Int(byte - 0x41 + 10)
        case 0x61...0x66: Int(byte - 0x61 + 10)
        default: nil
        }
    }
}
