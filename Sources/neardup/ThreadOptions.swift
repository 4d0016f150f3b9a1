import ArgumentParser

/// How many threads work at the same time.
struct ThreadOptions: ParsableArguments {
    @Option(help: "Threads that work at the same time (default: one a core).")
    var threads: Int?

    func validate() throws {
        if let threads, !(1...512).contains(threads) {
            throw ValidationError("--threads: expected 1 to 512, got \(threads)")
        }
    }

    var count: Int { threads ?? activeProcessorCount() }
}
