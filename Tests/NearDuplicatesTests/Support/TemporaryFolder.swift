import Foundation
import IndexStorage

/// A folder that is removed with the value.
final class TemporaryFolder {
    let path: String

    init() throws {
        path = NSTemporaryDirectory() + "neardup-tests-" + UUID().uuidString
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
    }

    deinit { try? FileManager.default.removeItem(atPath: path) }
}

extension IndexDirectory {
    /// Puts other bytes in a file's place, as damage does.
    func put(_ bytes: [UInt8], as name: String) throws {
        if try list().contains(name) { try remove(name) }
        let file = try create(name)
        try file.append(bytes)
        try file.synchronize()
        try file.close()
        try synchronize()
    }
}
