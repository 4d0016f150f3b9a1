// Thirty-two bytes at a step into lower case, where that takes no more than a look at each byte and its neighbours. Compiled for
// each level.
#ifndef ND_LOWER_BYTES_H
#define ND_LOWER_BYTES_H

#include "ascii_block.h"

// What of 32 bytes that begin with a character has been folded, a bit a byte.
typedef struct {
    uint32_t high;      // not ASCII
    uint32_t other;     // not ASCII, and not folded: is to be looked at again
    uint32_t backslash;
} nd_lowered;

#if ND_LEVEL >= 2

static inline __m256i nd_is(__m256i bytes, uint8_t byte) { return _mm256_cmpeq_epi8(bytes, _mm256_set1_epi8((char)byte)); }

// Bytes `low` to `high`.
static inline __m256i nd_is_between(__m256i bytes, uint8_t low, uint8_t high) {
    bytes = _mm256_sub_epi8(bytes, _mm256_set1_epi8((char)low));
    return _mm256_cmpeq_epi8(_mm256_min_epu8(bytes, _mm256_set1_epi8((char)(high - low))), bytes);
}

// What is true of a byte, told of the one after it; and of the one before it.
static inline __m256i nd_to_next(__m256i mask) {
    return _mm256_alignr_epi8(mask, _mm256_permute2x128_si256(mask, mask, 0x08), 15);
}

static inline __m256i nd_to_previous(__m256i mask) {
    return _mm256_alignr_epi8(_mm256_permute2x128_si256(mask, mask, 0x81), mask, 1);
}

// Cyrillic letters of U+0410 to U+044F, and U+0451: what Russian is written with. Lower case, and without the marks of two of them.
// Their two bytes fold to two bytes, so that they can be folded where they are. Adds what it folds to `done`.
static inline __m256i nd_lower_cyrillic(__m256i bytes, __m256i *done) {
    const __m256i after_d0 = nd_to_next(nd_is(bytes, 0xD0)), after_d1 = nd_to_next(nd_is(bytes, 0xD1));
    const __m256i upper = _mm256_and_si256(after_d0, nd_is_between(bytes, 0x90, 0x9F)); // to D0 B0...
    const __m256i moved = _mm256_and_si256(after_d0, nd_is_between(bytes, 0xA0, 0xAF)); // to D1 80...
    const __m256i lower = _mm256_and_si256(after_d0, nd_is_between(bytes, 0xB0, 0xBF));
    const __m256i rest = _mm256_and_si256(after_d1, nd_is_between(bytes, 0x80, 0x8F));
    const __m256i yo = _mm256_and_si256(after_d1, nd_is(bytes, 0x91)); // to D0 B5
    const __m256i case_bit = _mm256_set1_epi8(0x20);
    const __m256i second = _mm256_or_si256(_mm256_or_si256(_mm256_or_si256(upper, moved), _mm256_or_si256(lower, rest)), yo);
    *done = _mm256_or_si256(second, nd_to_previous(second));
    bytes = _mm256_add_epi8(bytes, _mm256_and_si256(upper, case_bit));
    bytes = _mm256_sub_epi8(bytes, _mm256_and_si256(moved, case_bit));
    bytes = _mm256_add_epi8(bytes, _mm256_and_si256(yo, _mm256_set1_epi8(0xB5 - 0x91)));
    // Masks are -1: short i loses its mark, and first bytes change with their second ones.
    bytes = _mm256_add_epi8(bytes, _mm256_and_si256(_mm256_or_si256(upper, lower), nd_is(bytes, 0xB9)));
    bytes = _mm256_sub_epi8(bytes, nd_to_previous(moved));
    return _mm256_add_epi8(bytes, nd_to_previous(yo));
}

// Writes 32 bytes folded.
static inline nd_lowered nd_lower(const uint8_t *from, uint8_t *to) {
    __m256i bytes = _mm256_loadu_si256((const __m256i *)from), done = _mm256_setzero_si256();
    nd_lowered found = {(uint32_t)_mm256_movemask_epi8(bytes), 0,
                        (uint32_t)_mm256_movemask_epi8(_mm256_cmpeq_epi8(bytes, _mm256_set1_epi8('\\')))};
    __m256i upper = _mm256_and_si256(nd_is_between(bytes, 'A', 'Z'), _mm256_set1_epi8(0x20));
    __m256i cyrillic = nd_is_between(bytes, 0xD0, 0xD1);
    bytes = _mm256_or_si256(bytes, upper);
    if (!_mm256_testz_si256(cyrillic, cyrillic)) bytes = nd_lower_cyrillic(bytes, &done);
    _mm256_storeu_si256((__m256i *)to, bytes);
    found.other = found.high & ~(uint32_t)_mm256_movemask_epi8(done);
    return found;
}

#elif ND_LEVEL == 1

static inline nd_lowered nd_lower(const uint8_t *from, uint8_t *to) {
    nd_lowered found = {0, 0, 0};
    for (unsigned i = 0; i < 32; i += 16) {
        __m128i bytes = _mm_loadu_si128((const __m128i *)(from + i));
        __m128i upper = _mm_and_si128(nd_within(bytes, 'Z', 25), _mm_set1_epi8(0x20));
        _mm_storeu_si128((__m128i *)(to + i), _mm_or_si128(bytes, upper));
        found.high |= (uint32_t)_mm_movemask_epi8(bytes) << i;
        found.backslash |= (uint32_t)_mm_movemask_epi8(_mm_cmpeq_epi8(bytes, _mm_set1_epi8('\\'))) << i;
    }
    found.other = found.high;
    return found;
}

#else

static inline nd_lowered nd_lower(const uint8_t *from, uint8_t *to) {
    nd_lowered found = {0, 0, 0};
    for (unsigned i = 0; i < 32; i += 8) {
        uint64_t bytes;
        memcpy(&bytes, from + i, 8);
        const uint64_t ascii = bytes & ND_EACH_BYTE * 0x7F;
        const uint64_t upper = nd_at_least(ascii, 'A') & ~nd_at_least(ascii, 'Z' + 1) & ~bytes & ND_EACH_BYTE * 0x80;
        const uint64_t backslash = nd_at_least(ascii, '\\') & ~nd_at_least(ascii, '\\' + 1) & ~bytes, lower = bytes | upper >> 2;
        memcpy(to + i, &lower, 8);
        found.high |= (uint32_t)nd_highest_bits(bytes) << i;
        found.backslash |= (uint32_t)nd_highest_bits(backslash) << i;
    }
    found.other = found.high;
    return found;
}

#endif

#endif
