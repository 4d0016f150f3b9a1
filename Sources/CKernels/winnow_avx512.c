#include "winnow_levels.h"

#if defined(__x86_64__)

#include <immintrin.h>

#define AVX512 __attribute__((target("avx512f,avx512bw,avx512dq,avx512vl,bmi2,popcnt")))

static inline AVX512 __m512i load(const void *from) { return _mm512_loadu_si512(from); }

static inline AVX512 __m512i positions_from(uint32_t first) {
    return _mm512_add_epi32(_mm512_set1_epi32((int)first),
                            _mm512_setr_epi32(0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15));
}

// What orders sixteen shingles: the high 26 bits of each, and six of its position.
static inline AVX512 __m512i entries_of(const uint64_t *shingles, __m512i positions) {
    const __m512i odd = _mm512_setr_epi32(1, 3, 5, 7, 9, 11, 13, 15, 17, 19, 21, 23, 25, 27, 29, 31);
    const __m512i high = _mm512_permutex2var_epi32(load(shingles), odd, load(shingles + 8));
    return _mm512_ternarylogic_epi32(_mm512_set1_epi32(63), positions, high, 0xCA); // the bits of 63 choose
}

static inline AVX512 __m512i least_of_four(const uint32_t *entries, const size_t offsets[4]) {
    return _mm512_min_epu32(_mm512_min_epu32(load(entries + offsets[0]), load(entries + offsets[1])),
                            _mm512_min_epu32(load(entries + offsets[2]), load(entries + offsets[3])));
}

AVX512 size_t nd_winnow_positions_avx512(const uint64_t *shingles, size_t count, size_t window, uint32_t base,
                                         uint32_t *last, uint32_t *scratch, uint32_t *positions) {
    const __m512i sixteen = _mm512_set1_epi32(16);
    uint32_t *order = scratch;
    __m512i places = positions_from(base);
    size_t at = 0;
    for (; at + 16 <= count; at += 16) {
        _mm512_storeu_si512(order + at, entries_of(shingles + at, places));
        places = _mm512_add_epi32(places, sixteen);
    }
    for (; at < count; at++) order[at] = nd_winnow_entry(shingles[at], base + (uint32_t)at);
    // As the narrower kernel has it: minima of 4, 16, … of them, then of the window as four that overlap.
    size_t span = 1;
    for (; 4 * span < window; span *= 4) {
        const size_t offsets[4] = {0, span, 2 * span, 3 * span};
        for (size_t i = 0; i < count; i += 16) _mm512_storeu_si512(order + i, least_of_four(order + i, offsets));
    }
    size_t offsets[4] = {0, span, 2 * span, 3 * span};
    for (int i = 1; i < 4; i++) offsets[i] = offsets[i] < window - span ? offsets[i] : window - span;

    const __m512i six_bits = _mm512_set1_epi32(63);
    size_t windows = count - window + 1, chosen = 0;
    __m512i previous = _mm512_set1_epi32((int)*last);
    places = positions_from(base);
    for (size_t i = 0; i < windows; i += 16) {
        const __m512i entries = least_of_four(order + i, offsets);
        const __m512i here = _mm512_add_epi32(places, _mm512_and_si512(_mm512_sub_epi32(entries, places), six_bits));
        places = _mm512_add_epi32(places, sixteen);
        // A window that chooses what the one before chose adds nothing.
        const __mmask16 valid = (__mmask16)_bzhi_u32(0xFFFF, windows - i < 16 ? (unsigned)(windows - i) : 16);
        const __mmask16 set = _mm512_mask_cmpneq_epi32_mask(valid, here, _mm512_alignr_epi32(here, previous, 15));
        previous = here;
        _mm512_storeu_si512(positions + chosen, _mm512_maskz_compress_epi32(set, here));
        chosen += (unsigned)__builtin_popcount(set);
    }
    if (chosen > 0) *last = positions[chosen - 1];
    return chosen;
}

#endif
