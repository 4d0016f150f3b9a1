// Measures a JSON string's content without undoing its escapes.
#ifndef NEARDUP_MEASURE_HPP
#define NEARDUP_MEASURE_HPP

#include <cstddef>
#include <cstdint>

namespace neardup {

struct measured {
    /// The bytes of the content as they stand, up to the closing quote.
    uint64_t count;
    /// The bytes it has once its escapes are undone.
    uint64_t unescaped_count;
    /// Whether the string is closed, every escape is one of a single letter, and so the content may stand as it is. Else the
    /// rest means nothing: the string has `\u`, or is no string.
    bool is_simple;
};

/// Measures the string whose content begins at `source`, to its closing quote before `source + available`.
///
/// Up to 64 bytes after `source + available` are read.
measured measure(const uint8_t *source, uint64_t available) noexcept;

/// What a letter after a backslash stands for; 0 for those that stand for nothing, and for `u`.
inline uint8_t simple_escape(uint8_t letter) noexcept {
    switch (letter) {
        case '"':
        case '\\':
        case '/': return letter;
        case 'b': return '\b';
        case 'f': return '\f';
        case 'n': return '\n';
        case 'r': return '\r';
        case 't': return '\t';
        default: return 0;
    }
}

}  // namespace neardup

#endif
