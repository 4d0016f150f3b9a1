/// A kind of signature.
enum Method: String, CaseIterable {
    case minima32 = "K minima, 32-bit lanes"
    case minima64 = "K minima, 64-bit lanes"
    case onePermutation = "one permutation"
}
