import ArgumentParser
import ShardFormat
import Shingling

@main
struct NearDup: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "neardup",
        abstract: "Finds near-duplicate documents in large crawls.",
        discussion: """
            Index a crawl dump once, then check files against it as they come: the same text, the same article under \
            another site's navigation, an article with a second one appended, an excerpt.

            EXAMPLES:
              neardup index --index news.index dump.jsonl.gz
              neardup check --index news.index incoming.jsonl
              neardup check --index news.index --explain page.txt
              neardup dedup dump.warc.gz --output clean
              neardup stats --index news.index

            EXIT CODES:
              0   done
              1   duplicates found (only with check --exit-code)
              2   done, but whole inputs could not be read
              64  usage
              65  a damaged or incompatible index
              74  reading or writing failed
              75  the index is locked by another writer
              130 stopped by Ctrl-C (index: what was read is committed)
            """,
        version:
            "neardup 0.1.0 (index format \(IndexFormatVersion.current), hashes \(ShinglingParameters.hashVersion))",
        subcommands: [
            IndexCommand.self, CheckCommand.self, DedupCommand.self, RemoveCommand.self, MergeCommand.self,
            CompactCommand.self, StatsCommand.self, VerifyCommand.self, BoilerplateCommand.self, PairsCommand.self,
            EvaluateCommand.self, BenchCommand.self, ServeCommand.self,
        ]
    )
}
