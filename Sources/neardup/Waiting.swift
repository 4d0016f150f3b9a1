import Dispatch
import Synchronization

/// Runs something asynchronous on behalf of a command, and waits for it.
func waiting<Value: Sendable>(_ body: @escaping @Sendable () async throws -> Value) throws -> Value {
    let outcome = Waited<Value>()
    let done = DispatchSemaphore(value: 0)
    Task.detached {
        let result: Result<Value, any Error>
        do { result = .success(try await body()) } catch { result = .failure(error) }
        outcome.result.withLock { $0 = result }
        done.signal()
    }
    done.wait()
    return try outcome.result.withLock { $0! }.get()
}

private final class Waited<Value: Sendable>: Sendable {
    let result = Mutex<Result<Value, any Error>?>(nil)
}
