import Benchmark
import CrawlModel
import NearDuplicates

/// Writing an index, opening it, and checking all of it.
func addShards(_ samples: Samples) {
    Benchmark("shards: index 1,000 documents, commit") { benchmark in
        for _ in benchmark.scaledIterations {
            let folder = Folder()
            benchmark.startMeasurement()
            try write(samples.documents.prefix(1000), to: folder)
            // Before the folder is removed.
            benchmark.stopMeasurement()
        }
    }
    Benchmark("shards: open an index") { benchmark in
        let folder = Folder()
        try write(samples.documents[...], to: folder)
        benchmark.startMeasurement()
        for _ in benchmark.scaledIterations { blackHole(try IndexSnapshot(path: folder.path).documentCount) }
        // Before the folder is removed.
        benchmark.stopMeasurement()
    }
    Benchmark("shards: verify an index") { benchmark in
        let folder = Folder()
        try write(samples.documents[...], to: folder)
        let snapshot = try IndexSnapshot(path: folder.path)
        benchmark.startMeasurement()
        for _ in benchmark.scaledIterations { try snapshot.verify() }
        benchmark.stopMeasurement()
    }
}

/// Makes an index of documents.
func write(_ documents: ArraySlice<Document>, to folder: Folder) throws {
    let writer = try IndexWriter(path: folder.path)
    defer { writer.close() }
    for document in documents { try writer.add(document) }
    try writer.commit()
}
