import Foundation
import Shingling

/// What a signature costs, in nanoseconds a byte of text, on one thread.
struct Speed {
    private static let rounds = 7

    private let texts: [String]
    private let bytes: Int

    init(texts: [String]) {
        self.texts = texts
        bytes = texts.reduce(0) { $0 + $1.utf8.count }
    }

    func show(values: Int) {
        let shingles = self.shingles()
        let tokens = shingles.reduce(0) { $0 + $1.count }
        print("Speed on \(texts.count) documents, \(bytes) bytes, \(tokens) shingles; best of \(Self.rounds)\n")
        print("| signature | alone, ns/byte | with tokenising and shingling, ns/byte |")
        print("| --- | --- | --- |")
        let shingling = best { shingleAll { _ in } }
        print("| none | 0 | \(figure(shingling, 3)) |")
        for method in Method.allCases {
            let signer = Signer(method: method, values: values, seed: 1)
            var signature = [UInt32](repeating: 0, count: values)
            let alone = best {
                for hashes in shingles { signer.sign(hashes.span, &signature) }
            }
            let whole = best { shingleAll { signer.sign($0, &signature) } }
            print("| \(method.rawValue) | \(figure(alone, 3)) | \(figure(whole, 3)) |")
        }
    }

    private func shingles() -> [[UInt64]] {
        var result: [[UInt64]] = []
        shingleAll { span in result.append(span.indices.map { span[$0] }) }
        return result
    }

    private func shingleAll(_ body: (Span<UInt64>) -> Void) {
        var shingler = TextShingler()
        for text in texts {
            shingler.read(text)
            body(shingler.shingles)
        }
    }

    /// The shortest of several runs, in nanoseconds of processor time a byte: other load on the machine counts less.
    private func best(_ body: () -> Void) -> Double {
        let times = (0..<Self.rounds)
            .map { _ in
                let start = clock()
                body()
                return clock() - start
            }
        return Double(times.min()!) * 1e9 / Double(CLOCKS_PER_SEC) / Double(bytes)
    }
}
