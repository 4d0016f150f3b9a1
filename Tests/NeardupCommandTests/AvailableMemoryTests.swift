import CommandValues
import Testing

/// What memory there is, by what the system's files say.
struct AvailableMemoryTests {
    private func bytes(_ files: [String: String], machine: Int = 64 << 30) -> Int {
        AvailableMemory { files[$0] }.bytes(ofMachine: machine)
    }

    @Test("without control groups it is the machine's")
    func machine() {
        #expect(bytes([:]) == 64 << 30)
        #expect(bytes(["/proc/self/cgroup": ""]) == 64 << 30)
        #expect(bytes(["/proc/self/cgroup": "0::/\n"]) == 64 << 30)
        #expect(bytes(["/proc/self/cgroup": "nonsense\n3:cpu:/a\n"]) == 64 << 30)
    }

    @Test("of version 2 the least limit of a group and those it is in")
    func versionTwo() {
        let group = ["/proc/self/cgroup": "0::/system.slice/crawl.service\n"]
        let own = "/sys/fs/cgroup/system.slice/crawl.service/memory.max"
        let above = "/sys/fs/cgroup/system.slice/memory.max"
        #expect(bytes(group.merging([own: "max\n"]) { $1 }) == 64 << 30)
        #expect(bytes(group.merging([own: "1073741824\n", above: "max\n"]) { $1 }) == 1 << 30)
        #expect(bytes(group.merging([own: "max\n", above: "2147483648\n"]) { $1 }) == 2 << 30)
    }

    @Test("of version 1 the same, and in a container the root's, whatever path the host gave")
    func versionOne() {
        let group = ["/proc/self/cgroup": "5:cpu:/x\n4:name=systemd:/\n3:memory,hugetlb:/docker/12ab\n"]
        let file = "memory.limit_in_bytes"
        let none = "9223372036854771712\n"
        #expect(bytes(group.merging(["/sys/fs/cgroup/memory/\(file)": none]) { $1 }) == 64 << 30)
        #expect(bytes(group.merging(["/sys/fs/cgroup/memory/\(file)": "536870912\n"]) { $1 }) == 512 << 20)
        let own = "/sys/fs/cgroup/memory/docker/12ab/\(file)"
        #expect(bytes(group.merging([own: "3221225472\n", "/sys/fs/cgroup/memory/\(file)": none]) { $1 }) == 3 << 30)
    }

    @Test(
        "a run takes a quarter, within bounds, in whole steps",
        arguments: [(1 << 30, "512m"), (4 << 30, "1g"), (4 << 30 - 1, "960m"), (8 << 30, "2g"), (256 << 30, "2g")]
    )
    func share(machine: Int, expected: String) {
        let share = AvailableMemory { _ in nil }.share(ofMachine: machine)
        #expect(share.bytes == ByteCount(argument: expected)?.bytes)
    }
}
