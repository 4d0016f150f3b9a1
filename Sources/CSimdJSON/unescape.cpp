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

/// What each byte is worth as a hexadecimal digit; `no_digit` for those that are none.
struct digits {
    static constexpr uint32_t no_digit = 0x10000;
    uint32_t values[256];

    constexpr digits() : values() {
        for (uint32_t byte = 0; byte < 256; byte += 1) values[byte] = no_digit;
        for (uint32_t value = 0; value < 10; value += 1) values['0' + value] = value;
        for (uint32_t value = 10; value < 16; value += 1) values['a' + value - 10] = values['A' + value - 10] = value;
    }
};

constexpr digits hexadecimal;

/// The value of four hexadecimal digits, or 0x10000 and more where one of them is none.
inline uint32_t hex4(const uint8_t *digits) noexcept {
    const uint32_t *const values = hexadecimal.values;
    return values[digits[0]] << 12 | values[digits[1]] << 8 | values[digits[2]] << 4 | values[digits[3]];
}

inline uint8_t byte_of(uint32_t bits) noexcept { return static_cast<uint8_t>(bits); }

/// Puts a scalar of up to 16 bits; 4 bytes are written, whatever its length.
///
/// Texts mix lengths, so that a branch for each would be mispredicted every few characters.
inline uint8_t *put_short_scalar(uint8_t *target, uint32_t scalar) noexcept {
    const uint32_t is_long = scalar >= 0x80, is_longer = scalar >= 0x800;
    const uint32_t last = 0x80 | (scalar & 0x3F);
    const uint32_t middle = 0x80 | (scalar >> 6 & 0x3F);
    const uint32_t two = 0xC0 | scalar >> 6 | last << 8;
    const uint32_t three = 0xE0 | scalar >> 12 | middle << 8 | last << 16;
    const uint32_t bytes = (scalar & (is_long - 1)) | (two & (is_longer - 1) & (0 - is_long)) | (three & (0 - is_longer));
    target[0] = byte_of(bytes);
    target[1] = byte_of(bytes >> 8);
    target[2] = byte_of(bytes >> 16);
    target[3] = byte_of(bytes >> 24);
    return target + 1 + is_long + is_longer;
}

inline uint8_t *put_long_scalar(uint8_t *target, uint32_t scalar) noexcept {
    target[0] = byte_of(0xF0 | scalar >> 18);
    target[1] = byte_of(0x80 | (scalar >> 12 & 0x3F));
    target[2] = byte_of(0x80 | (scalar >> 6 & 0x3F));
    target[3] = byte_of(0x80 | (scalar & 0x3F));
    return target + 4;
}

inline bool is_high(uint32_t unit) noexcept { return unit >= 0xD800 && unit < 0xDC00; }
inline bool is_low(uint32_t unit) noexcept { return unit >= 0xDC00 && unit < 0xE000; }
inline bool is_half(uint32_t unit) noexcept { return unit >= 0xD800 && unit < 0xE000; }

inline bool begins_unit(const uint8_t *at, const uint8_t *end) noexcept {
    return end - at >= 6 && at[0] == '\\' && at[1] == 'u';
}

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
        if (!begins_unit(at, end)) return result;
        // One after the other, as where every character is escaped.
        do {
            uint32_t unit = hex4(at + 2);
            if (unit >= digits::no_digit) return result;
            at += 6;
            if (is_half(unit)) {
                const uint32_t next = is_high(unit) && begins_unit(at, end) ? hex4(at + 2) : 0;
                if (is_low(next)) {
                    out = put_long_scalar(out, 0x10000u + ((unit - 0xD800) << 10) + (next - 0xDC00));
                    at += 6;
                    continue;
                }
                unit = 0xFFFD;
                result.lone_surrogates += 1;
            }
            out = put_short_scalar(out, unit);
        } while ((!excess || out <= excess + 15) && begins_unit(at, end));
    }
    return result;
}

}  // namespace neardup
