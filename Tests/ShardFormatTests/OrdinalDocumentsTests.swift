import CKernels
import TestSupport
import Testing

/// An ordinal is of the document that has it by the counts of all before, however many or few ordinals documents have.
struct OrdinalDocumentsTests {
    enum Shape: CaseIterable {
        case alike, short, mixed, mostlyEmpty, one, few

        /// How many ordinals each document has.
        func counts(using random: inout SeededGenerator) -> [Int] {
            switch self {
            case .alike: (0..<900).map { _ in Int.random(in: 45...55, using: &random) }
            case .short: (0..<4000).map { _ in Int.random(in: 1...20, using: &random) }
            case .mixed: (0..<900).map { _ in 1 << Int.random(in: 0...9, using: &random) }
            case .mostlyEmpty: (0..<5000).map { _ in max(0, Int.random(in: -400...30, using: &random)) } + [1]
            case .one: [3000]
            case .few:
                (0..<Int.random(in: 2...9, using: &random)).map { _ in Int.random(in: 0...700, using: &random) } + [5]
            }
        }
    }

    /// First ordinals and blocks as a shard has them, the first ordinals from byte 0 on.
    private struct Column {
        var owners: [UInt32] = []
        var words: [UInt32] = []
        var geometry = nd_ordinals()

        init(counts: [Int]) {
            for (document, count) in counts.enumerated() {
                words.append(UInt32(owners.count))
                owners += repeatElement(UInt32(document), count: count)
            }
            words.append(UInt32(owners.count))
            geometry = nd_ordinals(
                documents: UInt64(counts.count),
                ordinals: UInt64(owners.count),
                first_offset: 0,
                blocks_offset: UInt64(4 * words.count)
            )
            words += stride(from: 0, to: owners.count, by: Int(ND_ORDINAL_BLOCK)).map { owners[$0] }
        }

        /// What the kernel finds, and its status.
        func documents(of ordinals: [UInt32]) -> (found: [UInt32], status: Int32) {
            let pageCount = 4 * words.count / Int(ND_PAGE_BYTES) + 1
            // No page is verified before, and all sums are 0.
            var verified = [UInt8](repeating: 0, count: pageCount)
            let sums = [UInt8](repeating: 0, count: 4 * pageCount)
            var (bad, geometry, found) = (UInt64.max, geometry, ordinals)
            let status = unsafe words.withUnsafeBytes { bytes in
                unsafe sums.withUnsafeBufferPointer { sums in
                    unsafe verified.withUnsafeMutableBufferPointer { verified in
                        unsafe withUnsafeMutablePointer(to: &bad) { bad in
                            var pages = unsafe nd_pages(
                                base: bytes.baseAddress!.assumingMemoryBound(to: UInt8.self),
                                size: UInt64(bytes.count),
                                sums: sums.baseAddress,
                                verified: verified.baseAddress,
                                bad: bad,
                                checksum: { _, _ in 0 },
                                ask: nil
                            )
                            return unsafe found.withUnsafeMutableBufferPointer { found in
                                let memory = found.baseAddress
                                return unsafe nd_ordinal_documents(&geometry, &pages, memory, 1, found.count, memory)
                            }
                        }
                    }
                }
            }
            return (found, status)
        }
    }

    @Test("in any order, again and again, one and many at a time", arguments: Shape.allCases, 0..<8)
    func found(_ shape: Shape, _ seed: UInt64) {
        var random = SeededGenerator(seed: seed)
        let column = Column(counts: shape.counts(using: &random))
        let all = UInt32(column.owners.count)
        var asked = (0..<1000).map { _ in UInt32.random(in: 0..<all, using: &random) }
        asked += (0..<min(all, 3000)).map { $0 } + [0, all - 1]
        #expect(column.documents(of: asked).found == asked.map { column.owners[Int($0)] }, "seed \(seed)")
        for ordinal in asked.prefix(20) {
            let answer = column.documents(of: [ordinal])
            #expect(answer.found == [column.owners[Int(ordinal)]] && answer.status == ND_OK, "seed \(seed), \(ordinal)")
        }
    }

    @Test("an ordinal that no document has is told", arguments: Shape.allCases)
    func missing(_ shape: Shape) {
        var random = SeededGenerator(seed: 11)
        let column = Column(counts: shape.counts(using: &random))
        for ordinal in [UInt32(column.owners.count), .max] {
            #expect(column.documents(of: [0, ordinal, 1]).status == ND_CORRUPT)
        }
    }

    @Test("first ordinals that don't ascend, and blocks that lead elsewhere, are told", arguments: Shape.allCases)
    func damaged(_ shape: Shape) {
        var random = SeededGenerator(seed: 12)
        let whole = Column(counts: shape.counts(using: &random))
        let asked = (0..<UInt32(whole.owners.count)).shuffled(using: &random)
        var told = 0
        for _ in 0..<60 {
            var column = whole
            let place = column.words.indices.randomElement(using: &random)!
            let wrong = [0, .max, column.words[place] &+ 1000].randomElement(using: &random)!
            for index in place..<min(place + 50, column.words.count) { column.words[index] = wrong }
            let answer = column.documents(of: asked)
            guard answer.status == ND_OK else {
                told += 1
                continue
            }
            // What is found has the ordinal by the bytes that are there.
            for (ordinal, document) in zip(asked, answer.found) {
                let (first, end) = (column.words[Int(document)], column.words[Int(document) + 1])
                guard first <= ordinal, ordinal < end else {
                    Issue.record("\(ordinal) is not of \(document), \(first)..<\(end)")
                    return
                }
            }
        }
        #expect(told > 10, "too little of what was damaged was met")
    }
}
