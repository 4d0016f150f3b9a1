#include "scalars.hpp"

#include <cstring>

namespace neardup {
namespace {

inline bool is_digit(const uint8_t *at, const uint8_t *end) noexcept { return at < end && *at >= '0' && *at <= '9'; }

inline const uint8_t *skip_digits(const uint8_t *at, const uint8_t *end) noexcept {
    while (is_digit(at, end)) at += 1;
    return at;
}

/// Whether a value may end at `at`.
inline bool ends_value(const uint8_t *at, const uint8_t *end) noexcept {
    if (at == end) return true;
    switch (*at) {
        case ' ':
        case '\t':
        case '\n':
        case '\r':
        case ',':
        case ':':
        case ']':
        case '}':
        case '[':
        case '{': return true;
        default: return false;
    }
}

const uint8_t *end_of_number(const uint8_t *at, const uint8_t *end) noexcept {
    if (at < end && *at == '-') at += 1;
    if (!is_digit(at, end)) return nullptr;
    at = *at == '0' ? at + 1 : skip_digits(at, end);
    if (at < end && *at == '.') {
        at += 1;
        if (!is_digit(at, end)) return nullptr;
        at = skip_digits(at, end);
    }
    if (at < end && (*at | 0x20) == 'e') {
        at += 1;
        if (at < end && (*at == '+' || *at == '-')) at += 1;
        if (!is_digit(at, end)) return nullptr;
        at = skip_digits(at, end);
    }
    return at;
}

const uint8_t *end_of_word(const uint8_t *at, const uint8_t *end, const char *word) noexcept {
    const size_t count = std::strlen(word);
    if (static_cast<size_t>(end - at) < count || std::memcmp(at, word, count) != 0) return nullptr;
    return at + count;
}

}  // namespace

uint64_t scalar_length(const uint8_t *at, const uint8_t *end) noexcept {
    if (at >= end) return 0;
    const uint8_t *stop;
    switch (*at) {
        case 't': stop = end_of_word(at, end, "true"); break;
        case 'f': stop = end_of_word(at, end, "false"); break;
        case 'n': stop = end_of_word(at, end, "null"); break;
        default: stop = end_of_number(at, end);
    }
    if (stop == nullptr || !ends_value(stop, end)) return 0;
    return static_cast<uint64_t>(stop - at);
}

}  // namespace neardup
