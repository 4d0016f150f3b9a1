#include "winnow_levels.h"

#if defined(__x86_64__)

#include <immintrin.h>

#define AVX2 __attribute__((target("avx2,bmi,bmi2,popcnt")))

// For each set of eight lanes, the numbers of those in it, ascending, a byte each.
#define LANE(set, lane)                                                                                                \
    ((uint64_t)((set) >> (lane) & 1) * (lane) << 8 * __builtin_popcount((unsigned)(set) & ((1u << (lane)) - 1)))
#define ONE(set)                                                                                                       \
    (LANE(set, 0) | LANE(set, 1) | LANE(set, 2) | LANE(set, 3) | LANE(set, 4) | LANE(set, 5) | LANE(set, 6) |          \
     LANE(set, 7))
#define FOUR(set) ONE(set), ONE(set + 1), ONE(set + 2), ONE(set + 3)
#define SIXTEEN(set) FOUR(set), FOUR(set + 4), FOUR(set + 8), FOUR(set + 12)
#define SIXTY_FOUR(set) SIXTEEN(set), SIXTEEN(set + 16), SIXTEEN(set + 32), SIXTEEN(set + 48)
static const uint64_t lanes_of_set[256] = {SIXTY_FOUR(0), SIXTY_FOUR(64), SIXTY_FOUR(128), SIXTY_FOUR(192)};

static inline AVX2 __m256i load(const uint32_t *from) { return _mm256_loadu_si256((const __m256i *)from); }

static inline AVX2 void store(uint32_t *to, __m256i entries) { _mm256_storeu_si256((__m256i *)to, entries); }

static inline AVX2 __m256i positions_from(uint32_t first) {
    return _mm256_add_epi32(_mm256_set1_epi32((int)first), _mm256_setr_epi32(0, 1, 2, 3, 4, 5, 6, 7));
}

// What orders eight shingles: the high 26 bits of each, and six of its position.
static inline AVX2 __m256i entries_of(const uint64_t *shingles, __m256i positions) {
    const __m128i *pairs = (const __m128i *)shingles;
    // Halves are loaded crosswise, so that picking the high words of two registers leaves them in order.
    __m256i even = _mm256_inserti128_si256(_mm256_castsi128_si256(_mm_loadu_si128(pairs)), _mm_loadu_si128(pairs + 2), 1);
    __m256i odd =
        _mm256_inserti128_si256(_mm256_castsi128_si256(_mm_loadu_si128(pairs + 1)), _mm_loadu_si128(pairs + 3), 1);
    __m256i high = _mm256_castps_si256(_mm256_shuffle_ps(_mm256_castsi256_ps(even), _mm256_castsi256_ps(odd), 0xDD));
    __m256i low_bits = _mm256_set1_epi32(63);
    return _mm256_or_si256(_mm256_andnot_si256(low_bits, high), _mm256_and_si256(positions, low_bits));
}

static inline AVX2 __m256i least_of_four(const uint32_t *entries, const size_t offsets[4]) {
    return _mm256_min_epu32(_mm256_min_epu32(load(entries + offsets[0]), load(entries + offsets[1])),
                            _mm256_min_epu32(load(entries + offsets[2]), load(entries + offsets[3])));
}

AVX2 size_t nd_winnow_positions_avx2(const uint64_t *shingles, size_t count, size_t window, uint32_t base,
                                     uint32_t *last, uint32_t *scratch, uint32_t *positions) {
    const __m256i eight = _mm256_set1_epi32(8);
    uint32_t *order = scratch;
    __m256i places = positions_from(base);
    size_t at = 0;
    for (; at + 8 <= count; at += 8) {
        store(order + at, entries_of(shingles + at, places));
        places = _mm256_add_epi32(places, eight);
    }
    for (; at < count; at++) order[at] = nd_winnow_entry(shingles[at], base + (uint32_t)at);
    // The minimum over 4, 16, … of them, then over the window as four that overlap. In place and ascending: an entry is read
    // for the last time when it is written. What lies beyond the last entry is read as well, and spoils none that counts.
    size_t span = 1;
    for (; 4 * span < window; span *= 4) {
        const size_t offsets[4] = {0, span, 2 * span, 3 * span};
        for (size_t i = 0; i < count; i += 8) store(order + i, least_of_four(order + i, offsets));
    }
    size_t offsets[4] = {0, span, 2 * span, 3 * span};
    for (int i = 1; i < 4; i++) offsets[i] = offsets[i] < window - span ? offsets[i] : window - span;

    const __m256i six_bits = _mm256_set1_epi32(63);
    size_t windows = count - window + 1, chosen = 0;
    __m256i previous = _mm256_set1_epi32((int)*last);
    places = positions_from(base);
    for (size_t i = 0; i < windows; i += 8) {
        __m256i entries = least_of_four(order + i, offsets);
        __m256i here = _mm256_add_epi32(places, _mm256_and_si256(_mm256_sub_epi32(entries, places), six_bits));
        places = _mm256_add_epi32(places, eight);
        // A window that chooses what the one before chose adds nothing.
        __m256i before = _mm256_alignr_epi8(here, _mm256_permute2x128_si256(previous, here, 0x21), 12);
        previous = here;
        unsigned same = (unsigned)_mm256_movemask_ps(_mm256_castsi256_ps(_mm256_cmpeq_epi32(here, before)));
        unsigned set = ~same & (windows - i < 8 ? (1u << (windows - i)) - 1 : 255);
        __m256i lanes = _mm256_cvtepu8_epi32(_mm_loadl_epi64((const __m128i *)(lanes_of_set + set)));
        store(positions + chosen, _mm256_permutevar8x32_epi32(here, lanes));
        chosen += (unsigned)__builtin_popcount(set);
    }
    if (chosen > 0) *last = positions[chosen - 1];
    return chosen;
}

#endif
