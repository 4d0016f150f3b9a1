import Benchmark
import CrawlModel
import CrawlReading
import NearDuplicates

/// From texts and from JSON to whole sketches.
func addSketching(_ samples: Samples) {
    Benchmark("sketching: 1 MiB of text, document by document") { benchmark in
        var sketcher = try DocumentSketcher(parameters: IndexSettings().parameters())
        benchmark.startMeasurement()
        for _ in benchmark.scaledIterations {
            for text in samples.mebibyte {
                sketcher.sketch(text)
                blackHole(sketcher.fingerprints.count)
            }
        }
    }
    Benchmark("sketching: parse 1 MiB of JSON lines") { benchmark in
        let batch = RecordBatch(
            source: RecordSource(name: "memory", format: .jsonLines),
            records: samples.mebibyte.enumerated().map { Array(line($0.offset, $0.element).utf8) }
        )
        var parser = try DocumentParser()
        var documents = DocumentBatch()
        benchmark.startMeasurement()
        for _ in benchmark.scaledIterations {
            parser.parse(batch, into: &documents)
            blackHole(documents.entries.count)
        }
    }
}

/// A record as crawls have them.
private func line(_ number: Int, _ text: String) -> String {
    let escaped = text.replacing("\\", with: "\\\\").replacing("\"", with: "\\\"").replacing("\n", with: "\\n")
        .replacing("\t", with: "\\t").replacing("\r", with: "\\r")
    return "{\"id\":\"\(number)\",\"url\":\"https://example.org/\(number)\",\"text\":\"\(escaped)\"}"
}
