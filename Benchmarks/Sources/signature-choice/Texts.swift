import Foundation

/// The real texts for development, which lie outside the project.
enum Texts {
    struct Failure: Error, CustomStringConvertible {
        let description: String
    }

    /// `NEARDUP_DATA`, else `../shared/data` beside the package.
    static var directory: String {
        if let path = ProcessInfo.processInfo.environment["NEARDUP_DATA"] { return path }
        let package = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent().deletingLastPathComponent()
        return package.deletingLastPathComponent().appendingPathComponent("shared/data").path
    }

    /// The documents of a test set by id.
    static func set(_ name: String) throws -> [String: String] {
        var texts: [String: String] = [:]
        for line in try lines("sets/\(name)/docs.jsonl.zst") {
            guard let (id, text) = try document(line) else { continue }
            texts[id] = text
        }
        return texts
    }

    /// The first documents of a bulk file, until their text has `limit` bytes.
    static func bulk(_ name: String, limit: Int) throws -> [String] {
        var texts: [String] = []
        var bytes = 0
        for line in try lines("bulk/\(name).jsonl.zst") {
            guard let (_, text) = try document(line) else { continue }
            texts.append(text)
            bytes += text.utf8.count
            if bytes >= limit { break }
        }
        return texts
    }

    /// The rows of a table of truth.
    static func rows(_ path: String) throws -> [[Substring]] {
        try String(contentsOfFile: "\(directory)/\(path)", encoding: .utf8).split(separator: "\n")
            .map {
                $0.split(separator: "\t", omittingEmptySubsequences: false)
            }
    }

    private static func document(_ line: Data) throws -> (id: String, text: String)? {
        let object = try JSONSerialization.jsonObject(with: line) as? [String: Any]
        guard let id = object?["id"] as? String, var text = object?["text"] as? String else { return nil }
        text.makeContiguousUTF8()
        return (id, text)
    }

    private static func lines(_ path: String) throws -> [Data] {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        process.arguments = ["zstd", "-dcq", "\(directory)/\(path)"]
        let output = Pipe()
        process.standardOutput = output
        try process.run()
        let data = output.fileHandleForReading.readDataToEndOfFile()
        process.waitUntilExit()
        guard process.terminationStatus == 0 else {
            throw Failure(
                description: "\(directory)/\(path): zstd could not read it; NEARDUP_DATA says where the data is"
            )
        }
        return data.split(separator: UInt8(ascii: "\n"))
    }
}
