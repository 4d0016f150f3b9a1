import Foundation

/// Why an output could not be written.
struct OutputError: Error, CustomStringConvertible {
    var path: String
    var message: String

    var description: String { "\(path): \(message)" }
}

/// A file that has its name only once it is whole; until then it is called `….partial`.
///
/// Standard output, pipes and devices are written to as they are.
final class OutputFile {
    private let path: String
    /// What the file is called until it is whole; nil for what isn't a file of its own.
    private let partialPath: String?
    private let descriptor: Int32
    private var isFinished = false

    init(_ path: String, overwriting: Bool) throws(OutputError) {
        self.path = path
        guard path != "-" else {
            partialPath = nil
            descriptor = 1
            return
        }
        let type = (try? FileManager.default.attributesOfItem(atPath: path))?[.type] as? FileAttributeType
        if type == .typeDirectory { throw OutputError(path: path, message: "expected a file, got a directory") }
        let exists = FileManager.default.fileExists(atPath: path)
        // A link to a regular file is replaced like the file itself.
        let isSpecial = exists && type != .typeRegular && type != .typeSymbolicLink
        if exists, !isSpecial, !overwriting {
            throw OutputError(path: path, message: "there is such a file; name another, or overwrite it with --force")
        }
        partialPath = isSpecial ? nil : path + ".partial"
        // The path is a C string for the length of the call, here and below.
        descriptor = unsafe open(partialPath ?? path, O_WRONLY | (isSpecial ? 0 : O_CREAT | O_TRUNC) | O_CLOEXEC, 0o666)
        if descriptor < 0 { throw OutputError(path: partialPath ?? path, message: "cannot open: \(Self.reason())") }
    }

    deinit {
        if descriptor > 1 { close(descriptor) }
        // What isn't whole would be taken for a crawl.
        if !isFinished, descriptor > 1, let partialPath { unsafe _ = unlink(partialPath) }
    }

    /// Writes all bytes.
    func write(_ bytes: [UInt8]) throws(OutputError) {
        let code = unsafe bytes.withUnsafeBytes { buffer -> Int32 in
            var start = 0
            while start < buffer.count {
                // Within the buffer: start < count.
                let written = unsafe Foundation.write(descriptor, buffer.baseAddress! + start, buffer.count - start)
                if written < 0 {
                    if errno == EINTR { continue }
                    return errno
                }
                start += written
            }
            return 0
        }
        guard code != 0 else { return }
        let advice = code == ENOSPC ? "; free some space there, or write elsewhere" : ""
        let removed = partialPath == nil ? "" : "; what was written is removed"
        throw OutputError(path: path, message: "cannot write: \(Self.reason(code))\(advice)\(removed)")
    }

    /// Gives the file its name.
    func finish() throws(OutputError) {
        isFinished = true
        guard let partialPath else { return }
        guard unsafe rename(partialPath, path) == 0 else {
            let reason = Self.reason()
            unsafe _ = unlink(partialPath)
            throw OutputError(path: path, message: "cannot rename \(partialPath) to it: \(reason)")
        }
    }

    private static func reason(_ code: Int32 = errno) -> String { unsafe String(cString: strerror(code)) }
}
