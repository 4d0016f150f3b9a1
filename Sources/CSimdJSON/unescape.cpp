#include "unescape.hpp"

#include "measure.hpp"

#include <cstring>

#if defined(__SSE2__)
#include <emmintrin.h>
#elif defined(__aarch64__)
#include <arm_neon.h>
#endif

namespace neardup {
namespace {

/// How many of the 16 bytes at `source` come before the first quote or backslash; all 16 are copied.
inline unsigned copy_plain(const uint8_t *source, uint8_t *target) noexcept {
#if defined(__SSE2__)
    const __m128i bytes = _mm_loadu_si128(reinterpret_cast<const __m128i *>(source));
    _mm_storeu_si128(reinterpret_cast<__m128i *>(target), bytes);
    const __m128i found =
        _mm_or_si128(_mm_cmpeq_epi8(bytes, _mm_set1_epi8('"')), _mm_cmpeq_epi8(bytes, _mm_set1_epi8('\\')));
    const unsigned mask = static_cast<unsigned>(_mm_movemask_epi8(found));
    return mask == 0 ? 16 : static_cast<unsigned>(__builtin_ctz(mask));
#elif defined(__aarch64__)
    const uint8x16_t bytes = vld1q_u8(source);
    vst1q_u8(target, bytes);
    const uint8x16_t found = vorrq_u8(vceqq_u8(bytes, vdupq_n_u8('"')), vceqq_u8(bytes, vdupq_n_u8('\\')));
    const uint64_t mask = vget_lane_u64(vreinterpret_u64_u8(vshrn_n_u16(vreinterpretq_u16_u8(found), 4)), 0);
    return mask == 0 ? 16 : static_cast<unsigned>(__builtin_ctzll(mask)) / 4;
#else
    unsigned count = 0;
    while (count < 16 && source[count] != '"' && source[count] != '\\') {
        target[count] = source[count];
        count += 1;
    }
    return count;
#endif
}

/// The value of four hexadecimal digits, or -1.
inline int32_t hex4(const uint8_t *digits) noexcept {
    int32_t value = 0;
    for (int index = 0; index < 4; index += 1) {
        const uint8_t digit = digits[index];
        int32_t part;
        if (digit >= '0' && digit <= '9') {
            part = digit - '0';
        } else if ((digit | 0x20) >= 'a' && (digit | 0x20) <= 'f') {
            part = (digit | 0x20) - 'a' + 10;
        } else {
            return -1;
        }
        value = value << 4 | part;
    }
    return value;
}

inline uint8_t *put_scalar(uint8_t *target, uint32_t scalar) noexcept {
    if (scalar < 0x80) {
        *target++ = static_cast<uint8_t>(scalar);
    } else if (scalar < 0x800) {
        *target++ = static_cast<uint8_t>(0xC0 | scalar >> 6);
        *target++ = static_cast<uint8_t>(0x80 | (scalar & 0x3F));
    } else if (scalar < 0x10000) {
        *target++ = static_cast<uint8_t>(0xE0 | scalar >> 12);
        *target++ = static_cast<uint8_t>(0x80 | (scalar >> 6 & 0x3F));
        *target++ = static_cast<uint8_t>(0x80 | (scalar & 0x3F));
    } else {
        *target++ = static_cast<uint8_t>(0xF0 | scalar >> 18);
        *target++ = static_cast<uint8_t>(0x80 | (scalar >> 12 & 0x3F));
        *target++ = static_cast<uint8_t>(0x80 | (scalar >> 6 & 0x3F));
        *target++ = static_cast<uint8_t>(0x80 | (scalar & 0x3F));
    }
    return target;
}

inline bool is_high(int32_t unit) noexcept { return unit >= 0xD800 && unit < 0xDC00; }
inline bool is_low(int32_t unit) noexcept { return unit >= 0xDC00 && unit < 0xE000; }

/// The content's end at or before `limit`, on a character's boundary.
inline uint64_t cut_at(const uint8_t *text, uint64_t limit) noexcept {
    uint64_t end = limit;
    while (end > 0 && (text[end] & 0xC0) == 0x80) end -= 1;
    return end;
}

}  // namespace

unescaped unescape(const uint8_t *source, uint64_t available, uint8_t *target, uint64_t limit) noexcept {
    const uint8_t *at = source;
    const uint8_t *const end = source + available;
    uint8_t *out = target;
    unescaped result = {0, 0, 0, false, false};
    // What is over the limit is written here again and again; the byte at the limit stays, as it says where to cut.
    uint8_t *const excess = available > limit ? target + limit + 1 : nullptr;
    while (at < end) {
        if (excess && out > excess + 15) {
            out = excess;
            result.was_cut = true;
        }
        const unsigned plain = copy_plain(at, out);
        at += plain;
        out += plain;
        if (plain == 16) continue;
        if (at >= end) return result;
        if (*at == '"') {
            result.count = static_cast<uint64_t>(out - target);
            result.consumed = static_cast<uint64_t>(at - source);
            result.is_valid = true;
            if (result.count > limit || result.was_cut) {
                result.count = cut_at(target, limit);
                result.was_cut = true;
            }
            return result;
        }
        if (end - at < 2) return result;
        const uint8_t letter = at[1];
        if (letter != 'u') {
            const uint8_t value = simple_escape(letter);
            if (value == 0) return result;
            *out++ = value;
            at += 2;
            continue;
        }
        if (end - at < 6) return result;
        const int32_t unit = hex4(at + 2);
        if (unit < 0) return result;
        at += 6;
        uint32_t scalar = static_cast<uint32_t>(unit);
        if (is_high(unit)) {
            const int32_t next = end - at >= 6 && at[0] == '\\' && at[1] == 'u' ? hex4(at + 2) : -1;
            if (is_low(next)) {
                scalar = 0x10000u + (static_cast<uint32_t>(unit - 0xD800) << 10) + static_cast<uint32_t>(next - 0xDC00);
                at += 6;
            }
        }
        if (scalar >= 0xD800 && scalar < 0xE000) {
            scalar = 0xFFFD;
            result.lone_surrogates += 1;
        }
        out = put_scalar(out, scalar);
    }
    return result;
}

}  // namespace neardup
