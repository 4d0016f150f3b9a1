#include "shingle.h"

#include "hash.h"
#include "processor.h"
#include "shingle_avx512.h"
#include "tokenise.h"

#if defined(__x86_64__)
#include <immintrin.h>
#endif

static inline uint64_t plain(const uint64_t *tokens, size_t width, uint64_t factor) {
    uint64_t sum = tokens[0];
    for (size_t i = 1; i < width; i++) sum = nd_carry_step(sum, factor, tokens[i]);
    return nd_shingle_finish(sum);
}

static inline uint64_t doubled(uint64_t first, uint64_t second, uint64_t factor) {
    return nd_shingle_finish(nd_carry_step(first, factor, second));
}

// Eight shingles side by side, which compilers make vectors of.
static inline void plain_eight(const uint64_t *tokens, size_t width, uint64_t factor, uint64_t *shingles) {
    uint64_t sums[8];
    for (size_t k = 0; k < 8; k++) sums[k] = tokens[k];
    for (size_t i = 1; i < width; i++) {
        for (size_t k = 0; k < 8; k++) sums[k] = nd_carry_step(sums[k], factor & 0xFFFFFFFF, tokens[i + k]);
    }
    for (size_t k = 0; k < 8; k++) shingles[k] = nd_shingle_finish(sums[k]);
}

// Shingles from `from` on; returns nonzero if some token they begin with is a single.
static uint64_t plain_shingles(const uint64_t *tokens, size_t from, size_t count, size_t width, uint64_t factor,
                               uint64_t *shingles) {
    uint64_t singles = 0;
    size_t i = from;
    for (; i + 8 <= count; i += 8) {
        plain_eight(tokens + i, width, factor, shingles + i);
        for (size_t k = 0; k < 8; k++) singles |= tokens[i + k];
    }
    for (; i < count; i++) {
        shingles[i] = plain(tokens + i, width, factor);
        singles |= tokens[i];
    }
    return singles & ND_TOKEN_SINGLE;
}

static void double_shingles(const uint64_t *tokens, size_t from, size_t count, size_t width, uint64_t factor,
                            uint64_t *shingles) {
    size_t run = 0; // of single characters, ending at the shingle's last token
    for (size_t i = from; i + 1 < from + width && i < count; i++) run = tokens[i] & ND_TOKEN_SINGLE ? run + 1 : 0;
    // A shingle that is read was not written: it lies further on.
    for (size_t i = from; i + width < count; i++) {
        run = tokens[i + width - 1] & ND_TOKEN_SINGLE ? run + 1 : 0;
        if (run >= width) shingles[i] = doubled(shingles[i], shingles[i + width], factor);
    }
}

#if defined(__x86_64__)
#define ND_AVX2 __attribute__((target("avx2,bmi,bmi2")))

static inline ND_AVX2 __m256i load(const uint64_t *values) { return _mm256_loadu_si256((const __m256i *)values); }

static inline ND_AVX2 __m256i step(__m256i sum, __m256i factor, __m256i value) {
    __m256i carry = _mm256_add_epi64(_mm256_srli_epi64(sum, 32), value);
    return _mm256_add_epi64(_mm256_mul_epu32(sum, factor), carry);
}

// nd_shingle_finish: the low 64 bits of a product are its three partial ones.
static inline ND_AVX2 __m256i finish(__m256i sum) {
    const __m256i low = _mm256_set1_epi64x((long long)(ND_MIX_B & 0xFFFFFFFF));
    const __m256i high = _mm256_set1_epi64x((long long)(ND_MIX_B >> 32));
    __m256i upper = _mm256_srli_epi64(sum, 32);
    sum = _mm256_xor_si256(sum, upper);
    __m256i cross = _mm256_add_epi64(_mm256_mul_epu32(upper, low), _mm256_mul_epu32(sum, high));
    __m256i hash = _mm256_add_epi64(_mm256_mul_epu32(sum, low), _mm256_slli_epi64(cross, 32));
    return _mm256_xor_si256(hash, _mm256_srli_epi64(hash, 29));
}

static ND_AVX2 uint64_t plain_shingles_avx2(const uint64_t *tokens, size_t count, size_t width, uint64_t factor,
                                            uint64_t *shingles) {
    const __m256i factors = _mm256_set1_epi64x((long long)factor);
    __m256i singles = _mm256_setzero_si256();
    size_t i = 0;
    for (; i + 16 <= count; i += 16) {
        __m256i a = load(tokens + i), b = load(tokens + i + 4), c = load(tokens + i + 8), d = load(tokens + i + 12);
        singles = _mm256_or_si256(singles, _mm256_or_si256(_mm256_or_si256(a, b), _mm256_or_si256(c, d)));
        for (size_t j = 1; j < width; j++) {
            const uint64_t *next = tokens + i + j;
            a = step(a, factors, load(next));
            b = step(b, factors, load(next + 4));
            c = step(c, factors, load(next + 8));
            d = step(d, factors, load(next + 12));
        }
        _mm256_storeu_si256((__m256i *)(shingles + i), finish(a));
        _mm256_storeu_si256((__m256i *)(shingles + i + 4), finish(b));
        _mm256_storeu_si256((__m256i *)(shingles + i + 8), finish(c));
        _mm256_storeu_si256((__m256i *)(shingles + i + 12), finish(d));
    }
    uint64_t found[4];
    _mm256_storeu_si256((__m256i *)found, singles);
    return ((found[0] | found[1] | found[2] | found[3]) & ND_TOKEN_SINGLE) |
           plain_shingles(tokens, i, count, width, factor, shingles);
}

static ND_AVX2 void double_shingles_avx2(const uint64_t *tokens, size_t count, size_t width, uint64_t factor,
                                         uint64_t *shingles) {
    const __m256i factors = _mm256_set1_epi64x((long long)factor), one = _mm256_set1_epi64x(ND_TOKEN_SINGLE);
    size_t i = 0;
    for (; i + 4 + width <= count; i += 4) {
        __m256i singles = _mm256_and_si256(load(tokens + i), one);
        for (size_t j = 1; j < width; j++) singles = _mm256_and_si256(singles, load(tokens + i + j));
        if (_mm256_testz_si256(singles, singles)) continue;
        __m256i first = load(shingles + i), both = finish(step(first, factors, load(shingles + i + width)));
        __m256i chosen = _mm256_blendv_epi8(first, both, _mm256_cmpeq_epi64(singles, one));
        _mm256_storeu_si256((__m256i *)(shingles + i), chosen);
    }
    double_shingles(tokens, i, count, width, factor, shingles);
}
#endif

size_t nd_shingles(const uint64_t *tokens, size_t count, size_t width, uint64_t seed, uint64_t *shingles) {
    if (count == 0) return 0;
    const uint64_t factor = nd_shingle_factor(seed);
    if (count < width) {
        shingles[0] = plain(tokens, count, factor);
        return 1;
    }
    const size_t result = count - width + 1;
#if defined(__x86_64__)
    const nd_level level = nd_processor_level();
    if (level >= ND_LEVEL_AVX512) {
        if (nd_plain_shingles_avx512(tokens, result, width, factor, shingles))
            nd_double_shingles_avx512(tokens, result, width, factor, shingles);
        return result;
    }
    if (level == ND_LEVEL_AVX2) {
        if (plain_shingles_avx2(tokens, result, width, factor, shingles))
            double_shingles_avx2(tokens, result, width, factor, shingles);
        return result;
    }
#endif
    if (plain_shingles(tokens, 0, result, width, factor, shingles))
        double_shingles(tokens, 0, result, width, factor, shingles);
    return result;
}
