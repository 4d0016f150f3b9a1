import Foundation
import StreamCompression
import Testing

/// The real texts for development, which lie outside the project.
enum SharedData {
    /// `NEARDUP_DATA`, else `../shared/data` beside the package.
    static var directory: URL {
        if let path = ProcessInfo.processInfo.environment["NEARDUP_DATA"] { return URL(fileURLWithPath: path) }
        return URL(fileURLWithPath: #filePath).appendingPathComponent("../../../../../shared/data").standardized
    }

    static let isMissing = !FileManager.default.fileExists(atPath: directory.appendingPathComponent("sets").path)

    static let whyMissing: Comment = "no data in \(directory.path): set NEARDUP_DATA"

    /// Whether tests take the time to be thorough.
    static let isStress = ProcessInfo.processInfo.environment["NEARDUP_STRESS"] != nil
}
