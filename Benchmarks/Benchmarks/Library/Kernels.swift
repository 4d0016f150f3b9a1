import Benchmark
import Shingling
import Sketching

/// A mebibyte of text an iteration: tokens and shingles; then the sketch of shingles that are there.
func addKernels(_ samples: Samples) {
    for (name, texts) in [
        ("ASCII", samples.mebibyte), ("accented", samples.accented), ("Korean and Japanese", samples.withoutSpaces),
    ] {
        Benchmark("kernels: shingle 1 MiB of text, \(name)") { benchmark in
            var shingler = TextShingler()
            for _ in benchmark.scaledIterations {
                for text in texts {
                    shingler.read(text)
                    blackHole(shingler.shingles.count)
                }
            }
        }
    }
    Benchmark("kernels: sketch the shingles of 1 MiB of text") { benchmark in
        var shingler = TextShingler()
        var shingles: [[UInt64]] = []
        for text in samples.mebibyte {
            shingler.read(text)
            let span = shingler.shingles
            shingles.append(span.indices.map { span[$0] })
        }
        var sketcher = ShingleSketcher(parameters: try SketchingParameters())
        benchmark.startMeasurement()
        for _ in benchmark.scaledIterations {
            for hashes in shingles {
                sketcher.sketch(hashes.span)
                blackHole(sketcher.fingerprints.count)
            }
        }
    }
}
