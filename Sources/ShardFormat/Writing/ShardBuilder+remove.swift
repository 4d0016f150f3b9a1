extension ShardBuilder {
    /// Takes out documents that were appended; those after them move up.
    ///
    /// Documents replaced before their shard is written should leave no trace in it: lookups would have to walk past
    /// them for as long as the shard lives.
    ///
    /// - Parameter dead: numbers of documents, in any order, below ``documentCount``. Only before ``write(to:)``.
    /// - Complexity: O(*n*) in what was appended.
    package func remove(_ dead: [UInt32]) {
        guard !dead.isEmpty else { return }
        var survivors = Survivors(documentCount: documentCount)
        for document in dead { survivors.isKept[Int(document)] = false }
        columns.keep(survivors, fingerprintCount: fingerprintCount)
        documentCount = columns.firstOrdinals.count
        fingerprintCount = columns.fingerprintPairs.count
    }
}

/// Which of a builder's documents stay.
private struct Survivors {
    var isKept: [Bool]

    init(documentCount: Int) { isKept = [Bool](repeating: true, count: documentCount) }
}

/// For each 64 numbers which of them stay, and the new number of the first of these: what `nd_values_rank` reads.
private struct Ranks {
    private(set) var words: [UInt64]

    init(count: Int) { words = [UInt64](repeating: 0, count: 2 * (count / 64 + 1)) }

    mutating func keep(_ numbers: Range<Int>) {
        for number in numbers { words[2 * (number / 64)] |= 1 << UInt64(number % 64) }
    }

    mutating func finish() {
        var kept: UInt64 = 0
        for index in stride(from: 0, to: words.count, by: 2) {
            words[index + 1] = kept
            kept += UInt64(words[index].nonzeroBitCount)
        }
    }
}

extension BuilderColumns {
    fileprivate mutating func keep(_ survivors: Survivors, fingerprintCount: Int) {
        let isKept = survivors.isKept
        var documents = Ranks(count: isKept.count)
        var ordinals = Ranks(count: fingerprintCount)
        var newFirsts: [UInt32] = []
        var next: UInt32 = 0
        for index in isKept.indices where isKept[index] {
            let first = firstOrdinals[index]
            let end = index + 1 < isKept.count ? firstOrdinals[index + 1] : UInt32(fingerprintCount)
            documents.keep(index..<index + 1)
            ordinals.keep(Int(first)..<Int(end))
            newFirsts.append(next)
            next += end - first
        }
        documents.finish()
        ordinals.finish()
        bandPairs.keep(ranks: documents.words.span)
        identifierPairs.keep(ranks: documents.words.span)
        fingerprintPairs.keep(ranks: ordinals.words.span)
        firstOrdinals.removeAll(keepingCapacity: true)
        for first in newFirsts { firstOrdinals.append(first) }
        contentHashes.keep(isKept, width: 2)
        signatures.keep(isKept, width: isKept.isEmpty ? 0 : signatures.count / isKept.count)
        names.keep(isKept)
        lengths.keep(isKept)
        positions.keep(isKept)
    }
}

extension GrowableBuffer {
    /// Keeps the runs of `width` values that are marked.
    fileprivate mutating func keep(_ isKept: [Bool], width: Int) {
        unsafe edit { values in
            var end = 0
            for index in isKept.indices where isKept[index] {
                for offset in 0..<width {
                    // `end` never passes what is read.
                    unsafe values[end + offset] = values[index * width + offset]
                }
                end += width
            }
            return end
        }
    }
}

extension ColumnBuffer {
    /// Keeps the values that are marked.
    fileprivate mutating func keep(_ isKept: [Bool]) {
        var starts: [(start: Int, count: Int)] = []
        var start = 0
        for index in isKept.indices {
            let count = Int(lengths[index])
            if isKept[index] { starts.append((start, count)) }
            start += count
        }
        unsafe editBytes { bytes in
            var end = 0
            for value in starts {
                // `end` never passes what is read.
                for offset in 0..<value.count { unsafe bytes[end + offset] = bytes[value.start + offset] }
                end += value.count
            }
            return end
        }
        keepLengths(isKept)
    }
}
