import CrawlPipelines

#if canImport(Glibc)
import Glibc
#elseif canImport(Darwin)
import Darwin
#elseif canImport(Musl)
import Musl
#endif

/// Standard output and error.
enum Console {
    /// Whether standard output is a terminal.
    static var outputIsTerminal: Bool { isatty(1) == 1 }

    /// Whether standard error is a terminal.
    static var errorIsTerminal: Bool { isatty(2) == 1 }

    /// Whether answers may be coloured: on a terminal, unless NO_COLOR is set.
    static var allowsColour: Bool {
        outputIsTerminal && Environment.value("NO_COLOR") == nil
    }

    /// Columns of the terminal that standard output (1) or error (2) is.
    static func width(of descriptor: Int32, otherwise: Int) -> Int {
        var size = winsize()
        // `ioctl` fills the structure and keeps no pointer.
        guard unsafe ioctl(descriptor, UInt(TIOCGWINSZ), &size) == 0, size.ws_col > 0 else { return otherwise }
        return Int(size.ws_col)
    }

    /// Writes all bytes to standard output.
    static func write(_ bytes: [UInt8]) throws(PipelineError) {
        guard let code = writeAll(bytes, to: 1) else { return }
        throw .output(message: "standard output: cannot write: \(unsafe String(cString: strerror(code)))")
    }

    /// Writes a line to standard output.
    static func line(_ text: String) throws(PipelineError) { try write(Array((text + "\n").utf8)) }

    /// Writes a line to standard error; a failure to do so has nowhere to be told.
    static func error(_ text: String) { _ = writeAll(Array((text + "\n").utf8), to: 2) }

    /// Writes to standard error without a line end.
    static func status(_ text: String) { _ = writeAll(Array(text.utf8), to: 2) }

    /// The error number, where writing failed.
    private static func writeAll(_ bytes: [UInt8], to descriptor: Int32) -> Int32? {
        unsafe bytes.withUnsafeBytes { buffer in
            var start = 0
            while start < buffer.count {
                // Within the buffer: start < count.
                #if canImport(Darwin)
                let written = unsafe Darwin.write(descriptor, buffer.baseAddress! + start, buffer.count - start)
                #elseif canImport(Musl)
                let written = unsafe Musl.write(descriptor, buffer.baseAddress! + start, buffer.count - start)
                #else
                let written = unsafe Glibc.write(descriptor, buffer.baseAddress! + start, buffer.count - start)
                #endif
                if written < 0 {
                    if errno == EINTR { continue }
                    return errno
                }
                start += written
            }
            return nil
        }
    }

    /// Text from outside, fit for a terminal: control characters, which could move the cursor or worse, become U+FFFD.
    static func printable(_ text: String) -> String {
        guard text.unicodeScalars.contains(where: isControl) else { return text }
        return String(String.UnicodeScalarView(text.unicodeScalars.map { isControl($0) ? "\u{FFFD}" : $0 }))
    }

    private static func isControl(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.properties.generalCategory {
        case .control: true
        // Overrides and isolates of direction could make a line read as another.
        case .format: (0x202A...0x202E).contains(scalar.value) || (0x2066...0x2069).contains(scalar.value)
        default: false
        }
    }
}
