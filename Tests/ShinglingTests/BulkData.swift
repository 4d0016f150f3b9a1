import Foundation

/// The real texts for development, which lie outside the project: see CONTRIBUTING.
enum BulkData: String, CaseIterable, CustomStringConvertible {
    case english = "en_gutenberg"
    case korean = "ko_wiki"
    case japanese = "ja_aozora"

    var description: String { rawValue }

    /// `NEARDUP_DATA`, else `../shared/data` beside the package.
    static var directory: URL {
        if let path = ProcessInfo.processInfo.environment["NEARDUP_DATA"] { return URL(fileURLWithPath: path) }
        let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent()
        return root.deletingLastPathComponent().appendingPathComponent("shared/data")
    }

    private var path: String { Self.directory.appendingPathComponent("bulk/\(rawValue).jsonl.zst").path }

    var isMissing: Bool { !FileManager.default.fileExists(atPath: path) }

    static let isComplete = allCases.allSatisfy { !$0.isMissing }

    /// The first `count` bytes of the inflated file: JSON lines, which is text as good as any other here.
    func prefix(_ count: Int) throws -> [UInt8] {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        process.arguments = ["sh", "-c", "zstd -dcq -- \"$1\" | head -c \"$2\"", "sh", path, "\(count)"]
        let output = Pipe()
        process.standardOutput = output
        process.standardError = FileHandle.nullDevice
        try process.run()
        let data = output.fileHandleForReading.readDataToEndOfFile()
        process.waitUntilExit()
        return Array(data)
    }
}
