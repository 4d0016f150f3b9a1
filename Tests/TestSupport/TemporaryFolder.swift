package import Foundation

/// A folder that is removed with the value.
package final class TemporaryFolder {
    package let path: String

    package init() throws {
        path = NSTemporaryDirectory() + "neardup-tests-" + UUID().uuidString
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
    }

    deinit { try? FileManager.default.removeItem(atPath: path) }

    /// The path of a file in it.
    package func file(_ name: String) -> String { path + "/" + name }

    /// Writes a file, with the folders on the way, and returns its path.
    package func write(_ bytes: some Collection<UInt8>, to name: String) throws -> String {
        let url = URL(fileURLWithPath: file(name))
        try FileManager.default.createDirectory(at: url.deletingLastPathComponent(), withIntermediateDirectories: true)
        try Data(Array(bytes)).write(to: url)
        return url.path
    }

    package func write(_ text: String, to name: String) throws -> String { try write(text.utf8, to: name) }

    /// The bytes of every file of a folder in it, by name.
    package func contents(of folder: String) throws -> [String: Data] {
        var contents: [String: Data] = [:]
        for name in try FileManager.default.contentsOfDirectory(atPath: file(folder)) {
            contents[name] = try Data(contentsOf: URL(fileURLWithPath: file(folder) + "/" + name))
        }
        return contents
    }
}
