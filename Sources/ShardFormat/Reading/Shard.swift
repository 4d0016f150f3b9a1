internal import CKernels
package import IndexStorage

/// An immutable file of the index: documents with their sketches, and tables to find them by.
///
/// A shard is mapped, never loaded: a lookup touches a few pages, and a page's checksum is verified when it is first
/// touched. Any number of threads may use one at a time. See <doc:IndexFormat> for the bytes.
public final class Shard: Sendable {
    /// Where the file lies.
    public let path: String
    let contents: ShardContents

    /// Opens a mapped file: header, footer and the checksums of the pages are verified, the pages later.
    ///
    /// - Parameters:
    ///   - file: the file, mapped.
    ///   - path: how errors call it.
    ///   - expecting: what the caller's own sketches were made with; nil takes any.
    /// - Throws: ``ShardError``, of another format, version or parameters, or of damage.
    /// - Complexity: O(*pages*) for the checksum of the page checksums, a thousandth of the file.
    package init(file: MappedFile, path: String, expecting: IndexParameters? = nil) throws(ShardError) {
        self.path = path
        contents = try ShardContents(file: file, path: path)
        if let expecting {
            let mismatches = expecting.mismatches(with: contents.parameters)
            guard mismatches.isEmpty else { throw .parameterMismatch(path: path, mismatches) }
        }
    }

    /// Maps and opens a file.
    ///
    /// - Parameters:
    ///   - path: the file.
    ///   - expecting: what the caller's own sketches were made with; nil takes any.
    /// - Throws: ``ShardError``.
    public convenience init(path: String, expecting: IndexParameters? = nil) throws(ShardError) {
        let slash = path.lastIndex(of: "/")
        let directory = slash.map { $0 == path.startIndex ? "/" : String(path[..<$0]) } ?? "."
        let name = slash.map { String(path[path.index(after: $0)...]) } ?? path
        let file: MappedFile
        do throws(StorageError) {
            file = try DirectoryStorage(path: directory).map(name)
        } catch {
            throw .storage(path: path, message: error.description)
        }
        try self.init(file: file, path: path, expecting: expecting)
    }

    /// What the documents were sketched with.
    public var parameters: IndexParameters { contents.parameters }

    /// Documents; they are numbered from 0 on.
    public var documentCount: Int { Int(contents.footer.documents) }

    /// Fingerprints of all documents; they are numbered from 0 on, in document order.
    public var fingerprintCount: Int { Int(contents.footer.fingerprints) }

    /// Distinct pairs of a band key and a document, one for the content hash included.
    public var bandKeyCount: Int { Int(contents.footer.bandPairs) }

    /// The length of the file.
    public var byteCount: Int { contents.pages.file.count }

    /// The checksum of the footer, which covers the page checksums and through them the file: it names the content.
    package var footerChecksum: UInt32 { contents.footerChecksum }

    /// The mapped file, to advise the system about.
    package var file: MappedFile { contents.pages.file }

    /// The parts of the file, in file order.
    public var sections: [ShardSection] {
        let sections = contents.footer.sections.map { section in
            ShardSection(
                name: section.identifier.description,
                offset: Int(section.offset),
                bytes: Int(section.length),
                rawBytes: Int(clamping: section.rawLength)
            )
        }
        let checksums = 4 * Int(contents.footer.pageCount)
        return sections + [
            ShardSection(
                name: "page checksums",
                offset: Int(contents.footer.checkedLength),
                bytes: checksums,
                rawBytes: checksums
            )
        ]
    }
}

/// A part of a shard, for statistics.
public struct ShardSection: Hashable, Sendable {
    /// What it holds.
    public let name: String
    /// Where it begins, in bytes.
    public let offset: Int
    /// Its length in the file.
    public let bytes: Int
    /// Its length before zstd; equal to ``bytes`` for what isn't compressed.
    public let rawBytes: Int
}
