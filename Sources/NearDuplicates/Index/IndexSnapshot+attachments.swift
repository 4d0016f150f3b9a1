internal import IndexStorage
internal import ShardFormat

extension IndexSnapshot {
    /// The contents of the index's attachments of a kind, in order.
    ///
    /// - Throws: ``IndexError/damaged(_:)``; not found where a writer has committed since the index was opened.
    package func attachments(ofKind kind: String) throws(IndexError) -> [[UInt8]] {
        var contents: [[UInt8]] = []
        for attachment in manifest.attachments where attachment.kind == kind && !attachment.flags.contains(.grows) {
            contents.append(try Self.read(attachment, of: storage))
        }
        return contents
    }

    /// The content of an attachment that does not grow.
    static func read(_ attachment: IndexAttachment, of storage: any IndexDirectory) throws(IndexError) -> [UInt8] {
        let path = storage.path + "/" + attachment.name
        do {
            let bytes = try named(attachment.name, in: storage) { () throws(StorageError) in
                try storage.read(attachment.name, limit: IndexFiles.attachmentLimit)
            }
            return try attachment.content(decoding: bytes, path: path)
        } catch {
            throw IndexError(any: error, path: path)
        }
    }

    /// Refuses an index with a part that must be understood and isn't.
    static func refuseUnknown(
        _ manifest: Manifest,
        _ need: IndexAttachment.Flags,
        in path: String
    ) throws(ShardError) {
        for attachment in manifest.attachments
        where attachment.flags.contains(need) && !IndexFiles.knownAttachments.contains(attachment.kind) {
            throw .unknownAttachment(path: path, kind: attachment.kind)
        }
    }
}
