#if canImport(Glibc)
import Glibc
#elseif canImport(Darwin)
import Darwin
#elseif canImport(Musl)
import Musl
#endif

/// What whoever started the command had set.
enum Environment {
    /// A variable; nil where it is not set.
    static func value(_ name: String) -> String? {
        // The value is copied before anything could change the environment.
        guard let value = unsafe getenv(name) else { return nil }
        return unsafe String(cString: value)
    }
}
