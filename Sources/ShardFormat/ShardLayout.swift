/// The bytes of a shard file: what lies where, under which number.
///
/// `IndexFormat.md` draws it; nothing else in the module knows an offset or a magic number.
///
///     header | sections, each on a 64-byte boundary | page checksums | footer | tail
enum ShardLayout {
    /// The one format version that is read and written.
    static let version = IndexFormatVersion.current

    // Like PNG's: a byte that isn't ASCII, then both line endings, so that a transfer as text is recognised.
    static let magic: [UInt8] = [0x89, 0x4E, 0x44, 0x53, 0x48, 0x0D, 0x0A, 0x1A]
    static let tailMagic: [UInt8] = [0x1A, 0x0A, 0x0D, 0x48, 0x53, 0x44, 0x4E, 0x89]

    /// Magic, version and length of the header.
    static let headerPrefixBytes = 16
    /// More than any header of this version; a longer one isn't read.
    static let headerLimit = 4096
    /// Length of the file, length and checksum of the footer, magic.
    static let tailBytes = 24
    /// More than any footer with a sane number of sections.
    static let footerLimit = 1 << 20
    static let sectionAlignment = 64
    static let pageBytes = 4096

    /// Bytes of one entry of a block directory: u64 offset, u32 first document, u32 stored bytes, u32 raw bytes, u32
    /// codec.
    static let blockEntryBytes = 24
    /// A block is closed before it outgrows this, unless one value alone does.
    static let blockBytes = 16 << 10
    /// The largest block that is read.
    static let blockLimit = 256 << 20
    /// The longest value of a column, so that a block of one value stays below ``blockLimit``.
    static let valueLimit = 64 << 20
    /// The longest names of a document: id, URL and date, each at most ``valueLimit``, and two lengths.
    static let namesLimit = 3 * valueLimit + 20
    static let contentBytes = 16
    /// Ordinals to an entry of the ordinal blocks.
    static let ordinalBlock = 256

    /// Documents are numbered in 31 bits.
    static let documentLimit = 1 << 31
    /// Fingerprints and table pairs are numbered in 32 bits; the two highest numbers are never used.
    static let pairLimit = (1 << 32) - 3

    /// The three lookup tables, in the order of their geometries in the footer.
    enum Table: Int, CaseIterable {
        case bands
        case fingerprints
        case identifiers
    }

    /// How many of a key's top bits a table keeps.
    ///
    /// Fewer take less room, and lead to more documents that are looked at in vain. The ids of such a document must be
    /// inflated, its signature only be compared.
    static func keyBits(_ table: Table) -> UInt32 {
        switch table {
        case .bands: 28
        case .fingerprints: 30
        case .identifiers: 32
        }
    }

    /// The parts of a lookup table, in file order.
    enum TablePart: Int, CaseIterable {
        case lines
        case entries
        case commonDirectory
        case commonValues
    }

    /// The columns read block by block.
    enum Column: Int, CaseIterable {
        case signatures
        case names
        case lengths
        case positions
    }

    /// What a section holds; the raw value is its number in the file.
    struct SectionIdentifier: Hashable, RawRepresentable {
        let rawValue: UInt32

        static let contentHashes = Self(rawValue: 0x200)
        static let firstOrdinals = Self(rawValue: 0x201)
        static let ordinalBlocks = Self(rawValue: 0x202)

        static func table(_ table: Table, _ part: TablePart) -> Self {
            Self(rawValue: 0x100 + UInt32(table.rawValue * 16 + part.rawValue))
        }

        static func blocks(_ column: Column) -> Self {
            Self(rawValue: 0x300 + UInt32(column.rawValue * 16))
        }

        static func blockDirectory(_ column: Column) -> Self {
            Self(rawValue: 0x301 + UInt32(column.rawValue * 16))
        }

        /// All sections of this version, every one required, in file order.
        static let all: [Self] =
            Table.allCases.flatMap { table in TablePart.allCases.map { Self.table(table, $0) } }
            + [.contentHashes, .firstOrdinals, .ordinalBlocks]
            + Column.allCases.flatMap { [blocks($0), blockDirectory($0)] }
    }

    /// Bit 0 of a section's flags: a reader that doesn't know the section must refuse the file.
    static let requiredFlag: UInt32 = 1

    /// How a block is stored.
    enum Codec: UInt32 {
        case raw
        case zstd
    }
}

extension ShardLayout.SectionIdentifier: CustomStringConvertible {
    var description: String {
        for table in ShardLayout.Table.allCases {
            for part in ShardLayout.TablePart.allCases where self == .table(table, part) {
                return "\(table) table, \(part.title)"
            }
        }
        for column in ShardLayout.Column.allCases {
            if self == .blocks(column) { return "\(column)" }
            if self == .blockDirectory(column) { return "\(column), block directory" }
        }
        switch self {
        case .contentHashes: return "content hashes"
        case .firstOrdinals: return "first ordinals"
        case .ordinalBlocks: return "ordinal blocks"
        default: return "section 0x\(String(rawValue, radix: 16))"
        }
    }
}

extension ShardLayout.TablePart {
    fileprivate var title: String {
        switch self {
        case .lines: "directory"
        case .entries: "entries"
        case .commonDirectory: "common directory"
        case .commonValues: "common values"
        }
    }
}

/// The version of the index's files.
public enum IndexFormatVersion {
    /// The one that is read and written; files of another are refused by name.
    public static let current: UInt32 = 1
}
