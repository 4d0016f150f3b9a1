#include "packed_avx2.h"

#if defined(__x86_64__)

#include <immintrin.h>

#define AVX2 __attribute__((target("avx2,popcnt")))

static inline AVX2 __m256i load(const uint8_t *from) { return _mm256_loadu_si256((const __m256i *)from); }

static inline AVX2 size_t count_zero(__m256i bytes) {
    return (size_t)__builtin_popcount((unsigned)_mm256_movemask_epi8(_mm256_cmpeq_epi8(bytes, _mm256_setzero_si256())));
}

AVX2 size_t nd_equal_bytes_avx2(const uint8_t *a, const uint8_t *b, size_t bytes) {
    size_t equal = 0;
    for (size_t at = 0; at < bytes; at += 32) equal += count_zero(_mm256_xor_si256(load(a + at), load(b + at)));
    return equal;
}

AVX2 size_t nd_equal_nibbles_avx2(const uint8_t *a, const uint8_t *b, size_t bytes) {
    const __m256i low = _mm256_set1_epi8(15);
    size_t equal = 0;
    for (size_t at = 0; at < bytes; at += 32) {
        __m256i difference = _mm256_xor_si256(load(a + at), load(b + at));
        equal += count_zero(_mm256_and_si256(low, difference)) + count_zero(_mm256_andnot_si256(low, difference));
    }
    return equal;
}

#endif
