import TestSupport
import Testing

@testable import ShardFormat

struct InputLedgerTests {
    /// A ledger of every kind of entry.
    private static func ledger(_ count: Int, seed: UInt64) -> InputLedger {
        var generator = SeededGenerator(seed: seed)
        var ledger = InputLedger()
        for number in 0..<count {
            let offset = UInt64.random(in: 0...(1 << 40), using: &generator)
            let member = InputLedger.Member(
                offset: .random(in: 0...offset, using: &generator),
                skip: .random(in: 0...offset, using: &generator)
            )
            ledger[.random(in: 0 ... .max, using: &generator)] = InputLedger.Entry(
                size: .random(in: 0...(1 << 45), using: &generator),
                modified: .random(in: .min ... .max, using: &generator),
                options: .random(in: 0 ... .max, using: &generator),
                position: number % 3 == 0
                    ? nil
                    : InputLedger.Position(format: "jsonl", offset: offset, member: number % 3 == 1 ? nil : member)
            )
        }
        return ledger
    }

    @Test("A ledger comes back as it was")
    func roundTrip() throws {
        for count in [0, 1, 2, 3, 500] {
            let ledger = Self.ledger(count, seed: UInt64(count))
            #expect(ledger.count == count)
            #expect(try InputLedger(decoding: ledger.encoded(), path: "l") == ledger)
        }
        #expect(Self.ledger(3, seed: 1).finishedCount == 1)
    }

    @Test("Any damage, cut or addition is a named error")
    func damage() {
        let bytes = Self.ledger(6, seed: 9).encoded()
        for index in bytes.indices {
            var damaged = bytes
            damaged[index] ^= 0x41
            #expect(throws: ShardError.self, "byte \(index)") { try InputLedger(decoding: damaged, path: "l") }
            #expect(throws: ShardError.self) { try InputLedger(decoding: Array(bytes.prefix(index)), path: "l") }
        }
        #expect(throws: ShardError.self) { try InputLedger(decoding: bytes + [0], path: "l") }
    }

    @Test("Two ledgers become one")
    func union() {
        let (mine, other) = (Self.ledger(9, seed: 3), Self.ledger(40, seed: 4))
        var union = mine
        union.formUnion(other, prefersOther: false)
        #expect(union.count == 49)
        var again = union
        again.formUnion(other, prefersOther: true)
        #expect(again == union)
        // Of one state of a file the further counts, whichever is asked whom; of two, what the caller says.
        let at = { (size: UInt64, offset: UInt64?) in
            InputLedger.Entry(
                size: size,
                modified: 1,
                options: 2,
                position: offset.map { InputLedger.Position(format: "jsonl", offset: $0, member: nil) }
            )
        }
        for prefersOther in [true, false] {
            for (mine, theirs, expected) in [
                (at(9, 3), at(9, 5), at(9, 5)), (at(9, 5), at(9, 3), at(9, 5)), (at(9, nil), at(9, 3), at(9, nil)),
                (at(9, 3), at(9, nil), at(9, nil)), (at(9, nil), at(8, 3), prefersOther ? at(8, 3) : at(9, nil)),
            ] {
                var (union, other) = (InputLedger(), InputLedger())
                union[7] = mine
                other[7] = theirs
                union.formUnion(other, prefersOther: prefersOther)
                #expect(union[7] == expected, "\(mine) and \(theirs)")
            }
        }
    }
}
