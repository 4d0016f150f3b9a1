internal import IndexStorage
package import ShardFormat

extension IndexWriter {
    /// Writes an attachment in the place of all others of its kind, and commits it with all that was added before.
    ///
    /// - Parameters:
    ///   - kind: what it is; part of the file's name, so lower-case letters.
    ///   - flags: what a program must do that doesn't know the kind.
    ///   - content: what the file holds; nil where the index shall have none of the kind.
    /// - Throws: ``IndexError/storage(path:message:)``; what was committed before stays, and the writer is of no more use.
    package func attach(kind: String, flags: IndexAttachment.Flags = [], content: [UInt8]?) throws(IndexError) {
        precondition(kind.utf8.allSatisfy { (0x61...0x7A).contains($0) }, "a kind is lower-case letters")
        try commit()
        do {
            var next = manifest
            next.generation += 1
            let obsolete = next.attachments.filter { $0.kind == kind }.map(\.name)
            next.attachments.removeAll { $0.kind == kind }
            if let content {
                let name = IndexFiles.attachment(kind: kind, generation: next.generation)
                let (bytes, entry) = IndexAttachment.file(kind: kind, name: name, flags: flags, content: content)
                let file = try storage.create(name)
                try file.append(bytes)
                try file.synchronize()
                try file.close()
                next.attachments.append(entry)
            }
            guard next.attachments != manifest.attachments else { return }
            try swapManifest(next)
            manifest = next
            for name in obsolete { try? storage.remove(name) }
        } catch {
            throw IndexError(any: error, path: storage.path)
        }
    }
}
