import IndexStorage

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
