internal import Synchronization

/// The date that responses have, made anew when a second has passed.
final class ResponseDate: Sendable {
    private let last = Mutex<(second: Int, text: String)>((0, ""))

    /// As HTTP writes it.
    var now: String {
        let time = UTCTime()
        return last.withLock { last in
            if last.second != time.seconds { last = (time.seconds, time.http) }
            return last.text
        }
    }
}
