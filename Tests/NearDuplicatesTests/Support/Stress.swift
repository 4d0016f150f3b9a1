import Foundation

/// Whether tests take the time to be thorough: `NEARDUP_STRESS` is set.
enum Stress {
    static let isOn = ProcessInfo.processInfo.environment["NEARDUP_STRESS"] != nil
}
