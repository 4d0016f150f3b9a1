internal import CKernels

/// The sections of a shard by number, once it is known that they are all there, in bounds and apart.
struct SectionIndex {
    private let footer: ShardFooter
    private let path: String
    private let byIdentifier: [ShardLayout.SectionIdentifier: ShardFooter.Section]

    init(_ footer: ShardFooter, path: String) throws(ShardError) {
        self.footer = footer
        self.path = path
        let known = Set(ShardLayout.SectionIdentifier.all)
        var byIdentifier: [ShardLayout.SectionIdentifier: ShardFooter.Section] = [:]
        for section in footer.sections {
            guard known.contains(section.identifier) || section.flags & ShardLayout.requiredFlag == 0 else {
                throw .unknownSection(path: path, identifier: section.identifier.rawValue)
            }
            guard byIdentifier.updateValue(section, forKey: section.identifier) == nil else {
                throw Self.corrupt(section, path: path, expected: "each section once", found: "this one again")
            }
        }
        try Self.checkExtents(footer, path: path)
        for identifier in ShardLayout.SectionIdentifier.all where byIdentifier[identifier] == nil {
            throw .corrupt(
                path: path,
                section: identifier.description,
                offset: footer.checkedLength,
                expected: "the section",
                found: "none"
            )
        }
        self.byIdentifier = byIdentifier
    }

    private static func checkExtents(_ footer: ShardFooter, path: String) throws(ShardError) {
        var end = UInt64(ShardLayout.headerPrefixBytes)
        let inOrder = footer.sections.sorted { ($0.offset, $0.length) < ($1.offset, $1.length) }
        for section in inOrder {
            guard section.offset % UInt64(ShardLayout.sectionAlignment) == 0 else {
                throw corrupt(section, path: path, expected: "an offset that 64 divides", found: "\(section.offset)")
            }
            guard section.offset >= end else {
                throw corrupt(section, path: path, expected: "an offset from \(end) on", found: "\(section.offset)")
            }
            guard section.offset <= footer.checkedLength, section.length <= footer.checkedLength - section.offset else {
                throw corrupt(
                    section,
                    path: path,
                    expected: "an end within \(footer.checkedLength) bytes",
                    found: "\(section.length) bytes"
                )
            }
            end = section.offset + section.length
        }
    }

    private static func corrupt(
        _ section: ShardFooter.Section,
        path: String,
        expected: String,
        found: String
    ) -> ShardError {
        .corrupt(
            path: path,
            section: section.identifier.description,
            offset: section.offset,
            expected: expected,
            found: found
        )
    }

    func section(_ identifier: ShardLayout.SectionIdentifier) -> ShardFooter.Section {
        // init has seen to it that every section of the layout is there.
        byIdentifier[identifier]!
    }

    func section(
        _ identifier: ShardLayout.SectionIdentifier,
        length: UInt64
    ) throws(ShardError) -> ShardFooter.Section {
        let section = section(identifier)
        guard section.length == length else {
            throw Self.corrupt(section, path: path, expected: "\(length) bytes", found: "\(section.length)")
        }
        return section
    }

    func ordinals() throws(ShardError) -> nd_ordinals {
        let block = UInt64(ShardLayout.ordinalBlock)
        let firsts = footer.fingerprints == 0 ? 0 : footer.documents + 1
        return nd_ordinals(
            documents: footer.documents,
            ordinals: footer.fingerprints,
            first_offset: try section(.firstOrdinals, length: 4 * firsts).offset,
            blocks_offset: try section(.ordinalBlocks, length: 4 * ((footer.fingerprints + block - 1) / block)).offset
        )
    }

    func tables(_ pages: CheckedPages) throws(ShardError) -> [nd_table] {
        var tables: [nd_table] = []
        for table in ShardLayout.Table.allCases {
            tables.append(try self.table(table, pages))
        }
        return tables
    }

    private func table(_ table: ShardLayout.Table, _ pages: CheckedPages) throws(ShardError) -> nd_table {
        let geometry = footer.tables[table.rawValue]
        var kernel = nd_table(
            key_bits: geometry.keyBits,
            bucket_bits: geometry.bucketBits,
            value_bits: geometry.valueBits,
            value_limit: table == .fingerprints ? footer.fingerprints : footer.documents,
            entries: geometry.entries,
            common_keys: geometry.commonKeys,
            common_values: geometry.commonValues,
            lines_offset: section(.table(table, .lines)).offset,
            entries_offset: section(.table(table, .entries)).offset,
            common_directory_offset: section(.table(table, .commonDirectory)).offset,
            common_values_offset: section(.table(table, .commonValues)).offset
        )
        // The check reads the geometry alone; with it the sizes below can't overflow.
        try unsafe pages.call(.table(table, .lines), at: kernel.lines_offset) { unsafe nd_table_check(&kernel, $0) }
        _ = try section(.table(table, .lines), length: unsafe nd_table_lines_size(&kernel))
        _ = try section(.table(table, .entries), length: unsafe nd_table_entries_size(&kernel))
        _ = try section(.table(table, .commonDirectory), length: unsafe nd_table_common_directory_size(&kernel))
        _ = try section(.table(table, .commonValues), length: unsafe nd_table_common_values_size(&kernel))
        return kernel
    }

    func columns(signatureBytes: Int) throws(ShardError) -> [BlockColumn] {
        var columns: [BlockColumn] = []
        for column in ShardLayout.Column.allCases {
            let directory = section(.blockDirectory(column))
            let entry = UInt64(ShardLayout.blockEntryBytes)
            guard directory.length % entry == 0, directory.length / entry <= footer.documents else {
                throw Self.corrupt(
                    directory,
                    path: path,
                    expected: "at most \(footer.documents) entries of \(entry) bytes",
                    found: "\(directory.length) bytes"
                )
            }
            let isEmpty = footer.documents == 0 || column == .signatures && signatureBytes == 0
            guard (directory.length == 0) == isEmpty else {
                throw Self.corrupt(
                    directory,
                    path: path,
                    expected: isEmpty ? "no block" : "a block",
                    found: "\(directory.length) bytes"
                )
            }
            columns.append(
                BlockColumn(
                    column: column,
                    data: section(.blocks(column)),
                    directory: directory,
                    documents: Int(footer.documents),
                    width: column == .signatures ? signatureBytes : nil
                )
            )
        }
        return columns
    }
}
