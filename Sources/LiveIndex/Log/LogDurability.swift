/// When an addition or removal is acknowledged.
public enum LogDurability: Hashable, Sendable {
    /// Once the system has it: it survives the end of the process, a power cut perhaps not.
    case none
    /// The same; the disk has it after so many milliseconds at most.
    case interval(milliseconds: Int)
    /// Once the disk has it.
    case always
}
