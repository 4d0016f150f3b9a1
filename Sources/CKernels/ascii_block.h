// Sixty-four bytes at a step: what each of them is, a bit a byte. Included by the tokeniser of one level, and compiled for that.
#ifndef ND_ASCII_BLOCK_H
#define ND_ASCII_BLOCK_H

#include <stdint.h>
#include <string.h>

typedef struct {
    uint64_t word;      // ASCII letters and digits
    uint64_t high;      // not ASCII
    uint64_t backslash;
} nd_block;

static inline int nd_ascii_is_word(uint8_t byte) {
    return (uint8_t)((byte | 0x20) - 'a') < 26 || (uint8_t)(byte - '0') < 10;
}

// The bytes that a backslash before them escapes, given all backslashes of a block that begins outside of an escape. Within a
// run of backslashes every other one is escaped; the byte after the run is where the run's length is odd.
static inline uint64_t nd_escaped_bytes(uint64_t backslash) {
    const uint64_t even = UINT64_C(0x5555555555555555);
    uint64_t first = backslash & ~(backslash << 1);
    uint64_t even_runs = backslash & ~(backslash + (first & even)); // the sum clears the runs that begin at even places
    return (even_runs << 1 & ~even) | ((backslash & ~even_runs) << 1 & even);
}

#if ND_LEVEL >= 3 // AVX-512

// Within lowest...highest, as unsigned bytes.
static inline uint64_t nd_within(__m512i bytes, uint8_t lowest, uint8_t highest) {
    return _mm512_cmple_epu8_mask(_mm512_sub_epi8(bytes, _mm512_set1_epi8((char)lowest)),
                                  _mm512_set1_epi8((char)(highest - lowest)));
}

static inline nd_block nd_classify(const uint8_t *block) {
    const __m512i bytes = _mm512_loadu_si512(block);
    return (nd_block){
        nd_within(_mm512_or_si512(bytes, _mm512_set1_epi8(0x20)), 'a', 'z') | nd_within(bytes, '0', '9'),
        _mm512_movepi8_mask(bytes),
        _mm512_cmpeq_epi8_mask(bytes, _mm512_set1_epi8('\\')),
    };
}

static inline uint64_t nd_equal_to(const uint8_t *block, uint8_t byte) {
    return _mm512_cmpeq_epi8_mask(_mm512_loadu_si512(block), _mm512_set1_epi8((char)byte));
}

// Bytes `low` to `high`.
static inline uint64_t nd_between(const uint8_t *block, uint8_t low, uint8_t high) {
    return nd_within(_mm512_loadu_si512(block), low, high);
}

#elif ND_LEVEL == 2 // AVX2

static inline uint64_t nd_mask(__m256i first, __m256i second) {
    return (uint32_t)_mm256_movemask_epi8(first) | (uint64_t)(uint32_t)_mm256_movemask_epi8(second) << 32;
}

// Within lowest...lowest + span, which is below 0x80 or, for the signed comparison's sake, moved up to 127.
static inline __m256i nd_within(__m256i bytes, char highest, int span) {
    return _mm256_cmpgt_epi8(_mm256_add_epi8(bytes, _mm256_set1_epi8((char)(127 - highest))), _mm256_set1_epi8((char)(126 - span)));
}

static inline __m256i nd_words(__m256i bytes) {
    __m256i lower = _mm256_or_si256(bytes, _mm256_set1_epi8(0x20));
    return _mm256_or_si256(nd_within(lower, 'z', 25), nd_within(bytes, '9', 9));
}

static inline nd_block nd_classify(const uint8_t *block) {
    __m256i first = _mm256_loadu_si256((const __m256i *)block), second = _mm256_loadu_si256((const __m256i *)(block + 32));
    const __m256i backslash = _mm256_set1_epi8('\\');
    return (nd_block){
        nd_mask(nd_words(first), nd_words(second)), nd_mask(first, second),
        nd_mask(_mm256_cmpeq_epi8(first, backslash), _mm256_cmpeq_epi8(second, backslash)),
    };
}

static inline uint64_t nd_equal_to(const uint8_t *block, uint8_t byte) {
    __m256i first = _mm256_loadu_si256((const __m256i *)block), second = _mm256_loadu_si256((const __m256i *)(block + 32));
    const __m256i wanted = _mm256_set1_epi8((char)byte);
    return nd_mask(_mm256_cmpeq_epi8(first, wanted), _mm256_cmpeq_epi8(second, wanted));
}

// Bytes `low` to `high`.
static inline uint64_t nd_between(const uint8_t *block, uint8_t low, uint8_t high) {
    __m256i first = _mm256_loadu_si256((const __m256i *)block), second = _mm256_loadu_si256((const __m256i *)(block + 32));
    const __m256i from = _mm256_set1_epi8((char)low), span = _mm256_set1_epi8((char)(high - low));
    first = _mm256_sub_epi8(first, from);
    second = _mm256_sub_epi8(second, from);
    return nd_mask(_mm256_cmpeq_epi8(_mm256_min_epu8(first, span), first),
                   _mm256_cmpeq_epi8(_mm256_min_epu8(second, span), second));
}

#elif ND_LEVEL == 1 // SSE2

static inline __m128i nd_within(__m128i bytes, char highest, int span) {
    return _mm_cmpgt_epi8(_mm_add_epi8(bytes, _mm_set1_epi8((char)(127 - highest))), _mm_set1_epi8((char)(126 - span)));
}

static inline nd_block nd_classify(const uint8_t *block) {
    nd_block found = {0, 0, 0};
    for (unsigned i = 0; i < 64; i += 16) {
        __m128i bytes = _mm_loadu_si128((const __m128i *)(block + i));
        __m128i lower = _mm_or_si128(bytes, _mm_set1_epi8(0x20));
        __m128i word = _mm_or_si128(nd_within(lower, 'z', 25), nd_within(bytes, '9', 9));
        found.word |= (uint64_t)(uint32_t)_mm_movemask_epi8(word) << i;
        found.high |= (uint64_t)(uint32_t)_mm_movemask_epi8(bytes) << i;
        found.backslash |= (uint64_t)(uint32_t)_mm_movemask_epi8(_mm_cmpeq_epi8(bytes, _mm_set1_epi8('\\'))) << i;
    }
    return found;
}

static inline uint64_t nd_between(const uint8_t *block, uint8_t low, uint8_t high) {
    const __m128i from = _mm_set1_epi8((char)low), span = _mm_set1_epi8((char)(high - low));
    uint64_t found = 0;
    for (unsigned i = 0; i < 64; i += 16) {
        __m128i bytes = _mm_sub_epi8(_mm_loadu_si128((const __m128i *)(block + i)), from);
        found |= (uint64_t)(uint32_t)_mm_movemask_epi8(_mm_cmpeq_epi8(_mm_min_epu8(bytes, span), bytes)) << i;
    }
    return found;
}

static inline uint64_t nd_equal_to(const uint8_t *block, uint8_t byte) { return nd_between(block, byte, byte); }

#else // eight bytes at a time

#define ND_EACH_BYTE UINT64_C(0x0101010101010101)

// Each byte's highest bit: whether it is at least `least`. Of bytes below 0x80.
static inline uint64_t nd_at_least(uint64_t bytes, uint8_t least) { return bytes + ND_EACH_BYTE * (uint8_t)(0x80 - least); }

// The highest bits of eight bytes, the first byte's lowest.
static inline uint64_t nd_highest_bits(uint64_t bytes) {
    return ((bytes >> 7 & ND_EACH_BYTE) * UINT64_C(0x0102040810204080)) >> 56;
}

static inline nd_block nd_classify(const uint8_t *block) {
    nd_block found = {0, 0, 0};
    for (unsigned i = 0; i < 64; i += 8) {
        uint64_t bytes;
        memcpy(&bytes, block + i, 8);
        const uint64_t ascii = bytes & ND_EACH_BYTE * 0x7F, lower = ascii | ND_EACH_BYTE * 0x20;
        const uint64_t letter = nd_at_least(lower, 'a') & ~nd_at_least(lower, 'z' + 1);
        const uint64_t digit = nd_at_least(ascii, '0') & ~nd_at_least(ascii, '9' + 1);
        const uint64_t backslash = nd_at_least(ascii, '\\') & ~nd_at_least(ascii, '\\' + 1);
        found.word |= nd_highest_bits((letter | digit) & ~bytes) << i;
        found.high |= nd_highest_bits(bytes) << i;
        found.backslash |= nd_highest_bits(backslash & ~bytes) << i;
    }
    return found;
}

#endif

// Bytes that aren't ASCII of characters, whole in the block, that need no folding.
typedef struct {
    uint64_t separator; // U+2000 to U+203F and U+3000 to U+3020 but for what is no separator there, and some of two bytes
    uint64_t word;      // Hangul syllables
} nd_plain;

// Of `escaped` bytes none begins a character.
#if ND_LEVEL >= 1
static inline nd_plain nd_find_plain(const uint8_t *block, uint64_t valid, uint64_t escaped) {
    const uint64_t begin = valid & ~escaped;
    uint64_t third = nd_between(block, 0x80, 0x8A) | nd_between(block, 0x90, 0xA9) | nd_between(block, 0xAF, 0xBF);
    uint64_t three = nd_equal_to(block, 0xE2) & begin & (nd_equal_to(block, 0x80) & valid) >> 1 & (third & valid) >> 2;
    uint64_t second = nd_equal_to(block, 0xA0) | nd_equal_to(block, 0xAB) | nd_equal_to(block, 0xB7) | nd_equal_to(block, 0xBB);
    uint64_t two = nd_equal_to(block, 0xC2) & begin & (second & valid) >> 1;
    nd_plain found = {three | three << 1 | three << 2 | two | two << 1, 0};
    uint64_t east = nd_between(block, 0xE3, 0xED) & begin;
    if (east) {
        const uint64_t more = nd_between(block, 0x80, 0xBF) & valid;
        third = nd_between(block, 0x80, 0x84) | nd_between(block, 0x88, 0xA0);
        three = nd_equal_to(block, 0xE3) & begin & (nd_equal_to(block, 0x80) & valid) >> 1 & (third & valid) >> 2;
        found.separator |= three | three << 1 | three << 2;
        // From EA B0 80 to ED 9E A3.
        const uint64_t last = nd_between(block, 0x80, 0x9D) >> 1 |
                              (nd_equal_to(block, 0x9E) >> 1 & nd_between(block, 0x80, 0xA3) >> 2);
        three = nd_between(block, 0xEB, 0xEC) | (nd_equal_to(block, 0xEA) & nd_between(block, 0xB0, 0xBF) >> 1) |
                (nd_equal_to(block, 0xED) & last);
        three &= begin & more >> 1 & more >> 2;
        found.word = three | three << 1 | three << 2;
    }
    return found;
}
#else
static inline nd_plain nd_find_plain(const uint8_t *block, uint64_t valid, uint64_t escaped) {
    nd_plain found = {0, 0};
    for (unsigned i = 0; i + 1 < 64; i++) {
        const uint8_t first = block[i], second = block[i + 1], third = block[i + 2];
        if (first < 0xC2 || escaped >> i & 1 || !(valid >> i >> 1 & 1)) continue;
        if (first == 0xC2 && (second == 0xA0 || second == 0xAB || second == 0xB7 || second == 0xBB))
            found.separator |= UINT64_C(3) << i;
        if (i == 62 || !(valid >> i >> 2 & 1)) continue;
        if (first == 0xE2 && second == 0x80 && third >= 0x80 && third <= 0xBF && (third <= 0x8A || third >= 0x90) &&
            (third <= 0xA9 || third >= 0xAF))
            found.separator |= UINT64_C(7) << i;
        if (first == 0xE3 && second == 0x80 && third >= 0x80 && third <= 0xA0 && (third <= 0x84 || third >= 0x88))
            found.separator |= UINT64_C(7) << i;
        if (first >= 0xEA && first <= 0xED && second >= (first == 0xEA ? 0xB0 : 0x80) &&
            second <= (first == 0xED ? 0x9E : 0xBF) && third >= 0x80 &&
            third <= (first == 0xED && second == 0x9E ? 0xA3 : 0xBF))
            found.word |= UINT64_C(7) << i;
    }
    return found;
}
#endif

// Whether a byte begins one of these characters.
static inline int nd_may_be_plain(uint8_t byte) { return byte == 0xC2 || byte == 0xE2 || (byte >= 0xE3 && byte <= 0xED); }

#endif
