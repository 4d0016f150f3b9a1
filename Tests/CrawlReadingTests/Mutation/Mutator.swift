import TestSupport

/// Damages bytes in the ways in which crawls are damaged, and in those that readers trip over.
struct Mutator {
    var generator: SeededGenerator
    /// What a reader of the format treats apart.
    let words: [[UInt8]]
    /// Other samples of the format, of which parts are taken.
    let others: [[UInt8]]

    /// The longest input that is made.
    static let longest = 16 << 10

    /// Changes `bytes` one to six times.
    mutating func mutate(_ bytes: inout [UInt8]) {
        for _ in 0..<Int.random(in: 1...6, using: &generator) { change(&bytes) }
        if bytes.count > Self.longest { bytes.removeLast(bytes.count - Self.longest) }
    }

    private mutating func change(_ bytes: inout [UInt8]) {
        guard !bytes.isEmpty else {
            bytes = words.randomElement(using: &generator) ?? [0x0A]
            return
        }
        let place = Int.random(in: bytes.indices, using: &generator)
        switch Int.random(in: 0..<12, using: &generator) {
        case 0: bytes[place] ^= 1 << UInt8.random(in: 0..<8, using: &generator)
        case 1: bytes[place] = UInt8.random(in: 0...255, using: &generator)
        case 2: bytes.insert(UInt8.random(in: 0...255, using: &generator), at: place)
        case 3: bytes.removeSubrange(part(of: bytes, at: place, most: 64))
        case 4: bytes.insert(contentsOf: words.randomElement(using: &generator) ?? [0x0A], at: place)
        case 5:
            let word = words.randomElement(using: &generator) ?? [0x0A]
            bytes.replaceSubrange(place..<min(bytes.count, place + word.count), with: word)
        case 6: bytes.insert(contentsOf: Array(bytes[part(of: bytes, at: place, most: 1024)]), at: place)
        case 7: splice(&bytes, at: place)
        case 8:
            // Mostly near the end, where it hurts least.
            let count = Bool.random(using: &generator) ? place : bytes.count - min(bytes.count, place % 64)
            bytes.removeLast(bytes.count - count)
        case 9: bytes.removeSubrange(part(of: bytes, at: place, most: 1024))
        default: changeNumber(&bytes, near: place)
        }
    }

    private mutating func part(of bytes: [UInt8], at place: Int, most: Int) -> Range<Int> {
        place..<min(bytes.count, place + Int.random(in: 1...most, using: &generator))
    }

    /// Puts a part of another sample in.
    private mutating func splice(_ bytes: inout [UInt8], at place: Int) {
        guard let other = others.randomElement(using: &generator), !other.isEmpty else { return }
        let taken = part(of: other, at: Int.random(in: other.indices, using: &generator), most: 2048)
        let replaced = Bool.random(using: &generator) ? place..<place : part(of: bytes, at: place, most: 1024)
        bytes.replaceSubrange(replaced, with: other[taken])
    }

    /// Changes the next number, in digits: lengths are where readers go wrong.
    private mutating func changeNumber(_ bytes: inout [UInt8], near place: Int) {
        guard let start = bytes[place...].firstIndex(where: \.isDigit) else { return }
        let end = bytes[start...].firstIndex { !$0.isDigit } ?? bytes.count
        let old = Int(String(decoding: bytes[start..<end].prefix(15), as: UTF8.self)) ?? 0
        let numbers = [
            "\(old + 1)", "\(max(0, old - 1))", "\(old * 10)", "\(old / 2)", "0", "00\(old)", "-\(old)", "+\(old)",
            "4294967296", "9223372036854775807", "999999999999999999", "18446744073709551616",
            "\(Int.random(in: 0..<5000, using: &generator))", "",
        ]
        bytes.replaceSubrange(start..<end, with: Array(numbers.randomElement(using: &generator)!.utf8))
    }
}

extension UInt8 {
    fileprivate var isDigit: Bool { self >= 0x30 && self <= 0x39 }
}
