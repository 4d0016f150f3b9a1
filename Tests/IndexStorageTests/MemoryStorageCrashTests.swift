import IndexStorage
import Testing

@Suite("A power cut")
struct MemoryStorageCrashTests {
    let storage = MemoryStorage()

    init() throws {
        try storage.prepare()
    }

    @Test("takes a file whose name was not made safe, however safe its bytes")
    func unsafeName() throws {
        try storage.write("text", to: "a")
        #expect(try storage.crash().list() == [])
        try storage.synchronize()
        #expect(try storage.crash().text(of: "a") == "text")
    }

    @Test("takes the bytes that were not made safe, and leaves those before")
    func unsafeBytes() throws {
        let file = try storage.create("log")
        try storage.synchronize()
        try file.append(Array("one".utf8))
        #expect(try storage.crash().text(of: "log") == "")
        try file.synchronize()
        try file.append(Array("two".utf8))
        #expect(try storage.crash().text(of: "log") == "one")
        try file.close()
        #expect(try storage.crash().text(of: "log") == "one")
        #expect(try storage.text(of: "log") == "onetwo")
    }

    @Test("undoes renames and removals that were not made safe")
    func names() throws {
        try storage.write("old", to: "manifest")
        try storage.write("victim", to: "shard")
        try storage.write("new", to: "manifest.tmp")
        try storage.synchronize()
        try storage.rename("manifest.tmp", to: "manifest")
        try storage.remove("shard")
        let crashed = storage.crash()
        #expect(try crashed.text(of: "manifest") == "old")
        #expect(try crashed.text(of: "manifest.tmp") == "new")
        #expect(try crashed.text(of: "shard") == "victim")
        try storage.synchronize()
        #expect(try storage.crash().list() == ["manifest"])
        #expect(try storage.crash().text(of: "manifest") == "new")
    }

    @Test("leaves an empty file of one that was put in place before its bytes were safe")
    func replacedTooEarly() throws {
        try storage.write("old", to: "manifest")
        try storage.synchronize()
        let file = try storage.create("manifest.tmp")
        try file.append(Array("new".utf8))
        try file.close()
        try storage.replace("manifest", with: "manifest.tmp")
        #expect(try storage.crash().text(of: "manifest") == "")
    }

    @Test("releases locks, and leaves the running storage alone")
    func independence() throws {
        let lock = try storage.lock("lock")
        try storage.write("a", to: "a")
        try storage.synchronize()
        let crashed = storage.crash()
        try crashed.lock("lock").release()
        try crashed.remove("a")
        #expect(try storage.text(of: "a") == "a")
        #expect(code { _ = try storage.lock("lock") } == .locked(holder: ownProcess))
        lock.release()
    }

    @Test("leaves what it left, when it comes again")
    func idempotence() throws {
        let file = try storage.create("log")
        try storage.synchronize()
        try file.append(Array("0123456789".utf8))
        for seed in 0..<20 as Range<UInt64> {
            let once = storage.crash(keeping: .prefixes(seed: seed))
            #expect(try once.crash().text(of: "log") == once.text(of: "log"))
        }
    }

    @Test("may keep any part of what was not safe, from nothing to all of it, as its seed says")
    func randomPrefixes() throws {
        let file = try storage.create("log")
        try file.append(Array("safe".utf8))
        try file.synchronize()
        try storage.synchronize()
        try file.append(Array("0123456789".utf8))
        var seen: Set<Int> = []
        for seed in 0..<300 as Range<UInt64> {
            let text = try storage.crash(keeping: .prefixes(seed: seed)).text(of: "log")
            #expect("safe0123456789".hasPrefix(text) && text.hasPrefix("safe"), "seed \(seed)")
            #expect(try storage.crash(keeping: .prefixes(seed: seed)).text(of: "log") == text, "seed \(seed)")
            seen.insert(text.count - 4)
        }
        #expect(seen == Set(0...10))
    }

    @Test("may leave zeros in place of what it took, and only behind what it kept")
    func randomZeros() throws {
        let file = try storage.create("log")
        try storage.synchronize()
        try file.append(Array("0123456789".utf8))
        var sawZeros = false
        for seed in 0..<100 as Range<UInt64> {
            let text = try storage.crash(keeping: .prefixesAndZeros(seed: seed)).text(of: "log")
            let kept = text.prefix { $0 != "\0" }
            #expect("0123456789".hasPrefix(kept), "seed \(seed)")
            #expect(text.dropFirst(kept.count).allSatisfy { $0 == "\0" } && text.count <= 10, "seed \(seed)")
            sawZeros = sawZeros || text.contains("\0")
        }
        #expect(sawZeros)
    }

    @Test("may keep a later change of a name without an earlier one of another, but never half a change")
    func randomNames() throws {
        try storage.write("old", to: "manifest")
        try storage.synchronize()
        try storage.write("new", to: "tmp")
        try storage.rename("tmp", to: "manifest")
        try storage.write("shard", to: "shard")
        var outcomes: Set<[String]> = []
        for seed in 0..<300 as Range<UInt64> {
            let crashed = storage.crash(keeping: .prefixes(seed: seed))
            let files = try crashed.list().map { try "\($0)=\(crashed.text(of: $0))" }
            outcomes.insert(files)
        }
        let all: [[String]] = [["manifest=new"], ["manifest=old"]]
            .flatMap { manifest in
                [[], ["shard=shard"]].flatMap { shard in [[], ["tmp=new"]].map { manifest + shard + $0 } }
            }
        #expect(outcomes == Set(all))
    }
}
