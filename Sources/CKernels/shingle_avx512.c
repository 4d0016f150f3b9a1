#include "shingle_avx512.h"

#if defined(__x86_64__)

#include <immintrin.h>

#include "hash.h"
#include "tokenise.h"

#define AVX512 __attribute__((target("avx512f,avx512bw,avx512dq,avx512vl,bmi2")))

static inline AVX512 __m512i load(const uint64_t *values) { return _mm512_loadu_si512(values); }

// nd_carry_step
static inline AVX512 __m512i step(__m512i sum, __m512i factor, __m512i value) {
    const __m512i carry = _mm512_add_epi64(_mm512_srli_epi64(sum, 32), value);
    return _mm512_add_epi64(_mm512_mul_epu32(sum, factor), carry);
}

// nd_shingle_finish
static inline AVX512 __m512i finish(__m512i sum) {
    sum = _mm512_xor_si512(sum, _mm512_srli_epi64(sum, 32));
    const __m512i hash = _mm512_mullo_epi64(sum, _mm512_set1_epi64((long long)ND_MIX_B));
    return _mm512_xor_si512(hash, _mm512_srli_epi64(hash, 29));
}

// Which of eight there are, of so many that are left.
static inline AVX512 __mmask8 first_of(size_t left) { return left < 8 ? (__mmask8)_bzhi_u32(0xFF, (unsigned)left) : 0xFF; }

AVX512 uint64_t nd_plain_shingles_avx512(const uint64_t *tokens, size_t count, size_t width, uint64_t factor,
                                         uint64_t *shingles) {
    const __m512i factors = _mm512_set1_epi64((long long)factor);
    __m512i singles = _mm512_setzero_si512();
    size_t i = 0;
    for (; i + 32 <= count; i += 32) { // four chains, so that none waits for its multiplication
        __m512i a = load(tokens + i), b = load(tokens + i + 8), c = load(tokens + i + 16), d = load(tokens + i + 24);
        singles = _mm512_or_si512(singles, _mm512_or_si512(_mm512_or_si512(a, b), _mm512_or_si512(c, d)));
        for (size_t j = 1; j < width; j++) {
            const uint64_t *next = tokens + i + j;
            a = step(a, factors, load(next));
            b = step(b, factors, load(next + 8));
            c = step(c, factors, load(next + 16));
            d = step(d, factors, load(next + 24));
        }
        _mm512_storeu_si512(shingles + i, finish(a));
        _mm512_storeu_si512(shingles + i + 8, finish(b));
        _mm512_storeu_si512(shingles + i + 16, finish(c));
        _mm512_storeu_si512(shingles + i + 24, finish(d));
    }
    for (; i < count; i += 8) {
        const __mmask8 some = first_of(count - i);
        __m512i a = _mm512_maskz_loadu_epi64(some, tokens + i);
        singles = _mm512_or_si512(singles, a);
        for (size_t j = 1; j < width; j++) a = step(a, factors, _mm512_maskz_loadu_epi64(some, tokens + i + j));
        _mm512_mask_storeu_epi64(shingles + i, some, finish(a));
    }
    return (uint64_t)_mm512_reduce_or_epi64(singles) & ND_TOKEN_SINGLE;
}

AVX512 void nd_double_shingles_avx512(const uint64_t *tokens, size_t count, size_t width, uint64_t factor,
                                      uint64_t *shingles) {
    const __m512i factors = _mm512_set1_epi64((long long)factor), one = _mm512_set1_epi64(ND_TOKEN_SINGLE);
    for (size_t i = 0; i + width < count; i += 8) {
        const __mmask8 some = first_of(count - width - i);
        __m512i all = _mm512_maskz_loadu_epi64(some, tokens + i);
        for (size_t j = 1; j < width; j++) all = _mm512_and_si512(all, _mm512_maskz_loadu_epi64(some, tokens + i + j));
        const __mmask8 doubled = _mm512_test_epi64_mask(all, one);
        if (!doubled) continue;
        // A shingle that is read was not written: it lies further on, or among these eight.
        const __m512i second = _mm512_maskz_loadu_epi64(some, shingles + i + width);
        const __m512i both = finish(step(_mm512_maskz_loadu_epi64(some, shingles + i), factors, second));
        _mm512_mask_storeu_epi64(shingles + i, doubled, both);
    }
}

#endif
