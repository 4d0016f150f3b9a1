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

    /// The number of each document once the others are gone; nil for those.
    var numbers: [UInt32?] {
        var next: UInt32 = 0
        return isKept.map { kept in
            guard kept else { return nil }
            next += 1
            return next - 1
        }
    }
}

extension BuilderColumns {
    fileprivate mutating func keep(_ survivors: Survivors, fingerprintCount: Int) {
        let (isKept, numbers) = (survivors.isKept, survivors.numbers)
        bandPairs.keep { numbers[Int($0)] }
        identifierPairs.keep { numbers[Int($0)] }
        // Ordinals ascend, so the document of each follows from the last one's.
        var document = 0
        var next: UInt32 = 0
        var newFirsts: [UInt32] = []
        for index in isKept.indices where isKept[index] {
            newFirsts.append(next)
            let end = index + 1 < isKept.count ? firstOrdinals[index + 1] : UInt32(fingerprintCount)
            next += end - firstOrdinals[index]
        }
        fingerprintPairs.keep { ordinal in
            while document + 1 < isKept.count, firstOrdinals[document + 1] <= ordinal { document += 1 }
            guard let number = numbers[document] else { return nil }
            return newFirsts[Int(number)] + (ordinal - firstOrdinals[document])
        }
        firstOrdinals.removeAll(keepingCapacity: true)
        for first in newFirsts { firstOrdinals.append(first) }
        contentHashes.keep(isKept, width: 2)
        signatures.keep(isKept, width: isKept.isEmpty ? 0 : signatures.count / isKept.count)
        identifiers.keep(isKept)
        urls.keep(isKept)
        dates.keep(isKept)
        lengths.keep(isKept)
        positions.keep(isKept)
    }
}

extension TablePairs {
    /// Keeps the pairs whose value `renumber` gives a new one, which must rise as the values do.
    fileprivate mutating func keep(_ renumber: (UInt32) -> UInt32?) {
        unsafe editPairs { pairs in
            var kept = 0
            for index in pairs.indices {
                let pair = unsafe pairs[index]
                guard let value = renumber(UInt32(truncatingIfNeeded: pair)) else { continue }
                // `kept` never passes `index`.
                unsafe pairs[kept] = pair & ~0xFFFF_FFFF | UInt64(value)
                kept += 1
            }
            return kept
        }
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
