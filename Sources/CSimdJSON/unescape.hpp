// Copies a JSON string's content and undoes its escapes.
#ifndef NEARDUP_UNESCAPE_HPP
#define NEARDUP_UNESCAPE_HPP

#include <cstddef>
#include <cstdint>

namespace neardup {

struct unescaped {
    /// The bytes written.
    uint64_t count;
    /// The bytes read, up to the closing quote.
    uint64_t consumed;
    uint64_t lone_surrogates;
    /// Whether the content was longer than `limit`.
    bool was_cut;
    bool is_valid;
};

/// Unescapes the string whose content begins at `source` into `target`.
///
/// The string must be closed by a quote before `source + available`. No escape grows: `target` needs room for the content,
/// or `limit` + 32 bytes where that is less, and 16 bytes more, of which anything may be overwritten. Up to 16 bytes after
/// the content are read. Beyond `limit` bytes the rest is dropped, at a character's boundary, but read on for its end.
unescaped unescape(const uint8_t *source, uint64_t available, uint8_t *target, uint64_t limit) noexcept;

}  // namespace neardup

#endif
