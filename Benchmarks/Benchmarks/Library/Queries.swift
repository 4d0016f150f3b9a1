import Benchmark
import CrawlModel
import NearDuplicates

/// Checks of 200 documents against an index of some 6,000, one after the other.
func addQueries(_ samples: Samples) {
    for (name, texts) in [
        ("known", samples.documents.prefix(200).map(\.text)), ("unseen", samples.unseen),
    ] {
        Benchmark("queries: check 200 \(name) documents") { benchmark in
            let folder = Folder()
            try write(samples.documents[...], to: folder)
            let snapshot = try IndexSnapshot(path: folder.path)
            var sketcher = try DocumentSketcher(parameters: snapshot.parameters)
            var searcher = try Searcher(snapshot)
            benchmark.startMeasurement()
            for _ in benchmark.scaledIterations {
                for text in texts {
                    sketcher.sketch(text)
                    blackHole(try searcher.check(sketcher).matches.count)
                }
            }
            benchmark.stopMeasurement()
        }
    }
}
