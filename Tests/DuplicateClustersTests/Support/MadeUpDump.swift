import CrawlModel
import TestSupport

/// Documents that relate to one another in every way the rule knows, made up from a seed.
struct MadeUpDump {
    private(set) var documents: [Document] = []

    private var generator: SeededGenerator
    private var texts: [[String]] = []
    private let template: [String]

    init(seed: UInt64, count: Int) {
        var generator = SeededGenerator(seed: seed)
        template = Self.words(90, using: &generator)
        self.generator = generator
        for number in 0..<count { add(number) }
    }

    private mutating func add(_ number: Int) {
        let text = nextText()
        texts.append(text)
        documents.append(
            Document(
                // Ids are not one to a document.
                id: "document-\(number / 2)",
                text: text.joined(separator: " "),
                url: number % 7 == 0 ? nil : "https://host-\(number % 5).example/\(number)",
                date: number % 3 == 0 ? nil : "2024-0\(1 + number % 9)-11"
            )
        )
    }

    private mutating func nextText() -> [String] {
        let kind = Int.random(in: 0..<14, using: &generator)
        guard kind >= 3, let known = texts.randomElement(using: &generator) else {
            return Self.words(Int.random(in: kind == 0 ? 1...40 : 60...400, using: &generator), using: &generator)
        }
        switch kind {
        case 3, 4: return known
        case 5, 6, 7, 8:
            let share = [0.002, 0.005, 0.02, 0.05, 0.1].randomElement(using: &generator)!
            return known.map {
                Double.random(in: 0..<1, using: &generator) < share ? Self.word(using: &generator) : $0
            }
        case 9, 10:
            let start = Int.random(in: 0...known.count / 3, using: &generator)
            return Array(known[start..<min(known.count, start + max(5, known.count / 2))])
        case 11: return known + (texts.randomElement(using: &generator) ?? [])
        default: return template + Self.words(Int.random(in: 5...200, using: &generator), using: &generator)
        }
    }

    private static func words(_ count: Int, using generator: inout SeededGenerator) -> [String] {
        (0..<count).map { _ in word(using: &generator) }
    }

    private static func word(using generator: inout SeededGenerator) -> String {
        "w\(Int.random(in: 0..<3000, using: &generator))"
    }
}
