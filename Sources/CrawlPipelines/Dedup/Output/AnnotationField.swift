/// Where in a JSON object its annotation goes: before the closing brace, in place of one that is there.
///
/// All other bytes of the object stay as they came.
struct AnnotationField {
    /// The field's key.
    static let name = "neardup"
    private static let quoted = Array("\"neardup\"".utf8)

    /// What comes before the field.
    let before: [UInt8]
    /// What comes after it: the closing brace.
    let after: ArraySlice<UInt8>
    /// Whether the object has other fields.
    let needsComma: Bool

    /// Finds the place in an object, which is well formed.
    ///
    /// O(its length); where nothing in it could be an older annotation only its end is looked at.
    init(of object: ArraySlice<UInt8>) {
        let end = object.lastIndex(of: UInt8(ascii: "}")) ?? object.endIndex
        after = object[end...]
        var kept = Array(object[..<end])
        if kept.containsRun(Self.quoted) { kept = Self.removing(Self.quoted, from: kept) }
        needsComma = kept.last { !$0.isBlank } != UInt8(ascii: "{")
        before = kept
    }

    /// An object without its closing brace, without the members of this name.
    private static func removing(_ key: [UInt8], from object: [UInt8]) -> [UInt8] {
        var kept: [UInt8] = []
        var depth = 0
        var at = 0
        // Where the member begins that is being read, its comma included, and whether it goes.
        var member = 0
        var isRemoved = false
        var isKey = false
        func end(_ next: Int) {
            if !isRemoved { kept += object[member..<next] }
            member = next
            isRemoved = false
            isKey = true
        }
        while at < object.count {
            switch object[at] {
            case UInt8(ascii: "\""):
                let close = stringEnd(object, at)
                if depth == 1, isKey {
                    isRemoved = object[at...close].elementsEqual(key)
                    isKey = false
                }
                at = close
            case UInt8(ascii: "{"), UInt8(ascii: "["):
                depth += 1
                if depth == 1 { end(at + 1) }
            case UInt8(ascii: "}"), UInt8(ascii: "]"): depth -= 1
            case UInt8(ascii: ",") where depth == 1: end(at)
            default: break
            }
            at += 1
        }
        end(object.count)
        // Where the first member went, the next one's comma does too.
        let brace = object.firstIndex(of: UInt8(ascii: "{")) ?? 0
        let first = kept.indices.dropFirst(brace + 1).first { !kept[$0].isBlank }
        if let first, kept[first] == UInt8(ascii: ",") { kept.remove(at: first) }
        return kept
    }

    /// The closing quote of the string that begins at `start`.
    private static func stringEnd(_ bytes: [UInt8], _ start: Int) -> Int {
        var at = start + 1
        while at < bytes.count, bytes[at] != UInt8(ascii: "\"") { at += bytes[at] == UInt8(ascii: "\\") ? 2 : 1 }
        return min(at, bytes.count - 1)
    }
}

extension UInt8 {
    fileprivate var isBlank: Bool { self == 0x20 || self == 0x09 || self == 0x0A || self == 0x0D }
}

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#else
import Darwin
#endif

extension [UInt8] {
    /// Whether the bytes hold a run of others.
    fileprivate func containsRun(_ run: [UInt8]) -> Bool {
        // Each is looked at within the call: memchr and memcmp at no more than the bytes there are.
        unsafe withUnsafeBytes { all -> Bool in
            unsafe run.withUnsafeBytes { part -> Bool in
                guard let start = all.baseAddress, let first = unsafe part.first else { return false }
                var at = 0
                while all.count - at >= part.count {
                    guard let found = unsafe memchr(start + at, Int32(first), all.count - at - part.count + 1)
                    else { return false }
                    if unsafe memcmp(found, part.baseAddress!, part.count) == 0 { return true }
                    at = unsafe start.distance(to: UnsafeRawPointer(found)) + 1
                }
                return false
            }
        }
    }
}
