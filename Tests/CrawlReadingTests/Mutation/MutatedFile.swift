import Foundation
import Synchronization
import TestSupport
import Testing

/// One file that holds input after input: a file for each would take most of the time.
///
/// Where reading stops the process, the folder stays, with the input and its seed in it.
final class MutatedFile {
    private let folder: TemporaryFolder
    private let input: FileHandle
    private let seed: FileHandle
    let path: String

    init(_ name: String) throws {
        folder = try TemporaryFolder()
        path = try folder.write([UInt8](), to: name)
        input = try #require(FileHandle(forUpdatingAtPath: path))
        seed = try #require(FileHandle(forUpdatingAtPath: folder.write([UInt8](), to: "seed")))
    }

    /// Replaces what the file holds.
    func replace(by bytes: [UInt8], seed number: UInt64) throws {
        try write(Array("\(number)\n".utf8), to: seed)
        try write(bytes, to: input)
    }

    private func write(_ bytes: [UInt8], to file: FileHandle) throws {
        var done = 0
        while done < bytes.count {
            // The bytes from `done` on, which the system copies.
            let count = unsafe bytes.withUnsafeBytes { all in
                unsafe pwrite(file.fileDescriptor, all.baseAddress! + done, all.count - done, off_t(done))
            }
            guard count > 0 else { throw CocoaError(.fileWriteUnknown) }
            done += count
        }
        try file.truncate(atOffset: UInt64(bytes.count))
    }
}

/// Ends the process, saying why, where one input takes longer than any may: a test that hangs says nothing.
final class Deadline: Sendable {
    private struct State {
        var work = ""
        var since = ContinuousClock.now
        var isDone = false
    }

    private let state = Mutex(State())

    init(seconds: Int) {
        let thread = Thread { [weak self] in
            while let self {
                let (work, since, isDone) = self.state.withLock { ($0.work, $0.since, $0.isDone) }
                if isDone { return }
                if ContinuousClock.now - since > .seconds(seconds) {
                    fatalError("\(work): expected an end within \(seconds) s, got none")
                }
                Thread.sleep(forTimeInterval: 0.5)
            }
        }
        thread.start()
    }

    /// Begins to count anew.
    func begin(_ work: String) {
        state.withLock {
            $0.work = work
            $0.since = .now
        }
    }

    func stop() { state.withLock { $0.isDone = true } }
}
