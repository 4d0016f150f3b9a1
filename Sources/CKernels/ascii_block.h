// Sixty-four bytes at a step: which are ASCII letters or digits, and which are not ASCII at all.
#ifndef ND_ASCII_BLOCK_H
#define ND_ASCII_BLOCK_H

#include <stdint.h>

#if defined(__SSE2__)
#include <emmintrin.h>
#endif

static inline int nd_ascii_is_word(uint8_t byte) {
    return (uint8_t)((byte | 0x20) - 'a') < 26 || (uint8_t)(byte - '0') < 10;
}

static inline void nd_ascii_classify_portable(const uint8_t *block, uint64_t *word, uint64_t *high) {
    uint64_t words = 0, highs = 0;
    for (unsigned i = 0; i < 64; i++) {
        words |= (uint64_t)nd_ascii_is_word(block[i]) << i;
        highs |= (uint64_t)(block[i] >> 7) << i;
    }
    *word = words;
    *high = highs;
}

// The bytes that a backslash before them escapes, given all backslashes of a block that begins outside of an escape. Within a
// run of backslashes every other one is escaped; the byte after the run is where the run's length is odd.
static inline uint64_t nd_escaped_bytes(uint64_t backslash) {
    const uint64_t even = UINT64_C(0x5555555555555555);
    uint64_t first = backslash & ~(backslash << 1);
    uint64_t even_runs = backslash & ~(backslash + (first & even)); // the sum clears the runs that begin at even places
    return (even_runs << 1 & ~even) | ((backslash & ~even_runs) << 1 & even);
}

#if defined(__SSE2__)
static inline void nd_ascii_classify(const uint8_t *block, uint64_t *word, uint64_t *high) {
    uint64_t words = 0, highs = 0;
    for (unsigned i = 0; i < 4; i++) {
        // Signed comparisons: bytes past ASCII are negative and match nothing.
        __m128i bytes = _mm_loadu_si128((const __m128i *)(block + 16 * i));
        __m128i lower = _mm_or_si128(bytes, _mm_set1_epi8(0x20));
        __m128i letter = _mm_and_si128(_mm_cmpgt_epi8(lower, _mm_set1_epi8('a' - 1)),
                                       _mm_cmplt_epi8(lower, _mm_set1_epi8('z' + 1)));
        __m128i digit = _mm_and_si128(_mm_cmpgt_epi8(bytes, _mm_set1_epi8('0' - 1)),
                                      _mm_cmplt_epi8(bytes, _mm_set1_epi8('9' + 1)));
        words |= (uint64_t)(uint32_t)_mm_movemask_epi8(_mm_or_si128(letter, digit)) << (16 * i);
        highs |= (uint64_t)(uint32_t)_mm_movemask_epi8(bytes) << (16 * i);
    }
    *word = words;
    *high = highs;
}
#else
static inline void nd_ascii_classify(const uint8_t *block, uint64_t *word, uint64_t *high) {
    nd_ascii_classify_portable(block, word, high);
}
#endif

#endif
