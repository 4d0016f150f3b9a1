// Eight lanes of two chains each, so that no multiplication waits for the one before it.
#include "hash.h"
#include "processor.h"
#include "tokenise.h"

#if defined(__x86_64__)
#include <immintrin.h>
#endif

enum { LANES = 8 };

// Odd factors of 32 bits: the halves of the golden ratio and of another constant.
#define FACTOR_A UINT64_C(0x9E3779B9)
#define FACTOR_B UINT64_C(0xBF58476D)

nd_content nd_content_begin(void) {
    nd_content content = {.count = 0};
    for (uint64_t lane = 0; lane < LANES; lane++) {
        content.a[lane] = lane + 1;
        content.b[lane] = lane + 1 + LANES;
    }
    return content;
}

static inline void add_token(nd_content *content, uint64_t token) {
    size_t lane = content->count++ % LANES;
    content->a[lane] = nd_carry_step(content->a[lane], FACTOR_A, token);
    content->b[lane] = nd_carry_step(content->b[lane], FACTOR_B, nd_rotate_32(token));
}

// Eights of tokens, from lane 0 on; returns how many tokens it took. Compilers make vectors of the lanes.
static size_t add_eights(nd_content *content, const uint64_t *tokens, size_t count) {
    if (count < LANES) return 0;
    nd_content now = *content;
    size_t i = 0;
    for (; i + LANES <= count; i += LANES) {
        for (size_t k = 0; k < LANES; k++) now.a[k] = nd_carry_step(now.a[k], FACTOR_A, tokens[i + k]);
        for (size_t k = 0; k < LANES; k++) now.b[k] = nd_carry_step(now.b[k], FACTOR_B, nd_rotate_32(tokens[i + k]));
    }
    now.count += i;
    *content = now;
    return i;
}

#if defined(__x86_64__)
#define ND_AVX2 __attribute__((target("avx2,bmi,bmi2")))

static inline ND_AVX2 __m256i load(const uint64_t *values) { return _mm256_loadu_si256((const __m256i *)values); }

static inline ND_AVX2 __m256i step(__m256i sum, __m256i factor, __m256i value) {
    __m256i carry = _mm256_add_epi64(_mm256_srli_epi64(sum, 32), value);
    return _mm256_add_epi64(_mm256_mul_epu32(sum, factor), carry);
}

static inline ND_AVX2 __m256i rotate(__m256i value) { return _mm256_shuffle_epi32(value, 0xB1); }

static ND_AVX2 size_t add_eights_avx2(nd_content *content, const uint64_t *tokens, size_t count) {
    const __m256i factor_a = _mm256_set1_epi64x((long long)FACTOR_A), factor_b = _mm256_set1_epi64x((long long)FACTOR_B);
    __m256i a = load(content->a), c = load(content->a + 4), b = load(content->b), d = load(content->b + 4);
    size_t i = 0;
    for (; i + LANES <= count; i += LANES) {
        __m256i first = load(tokens + i), second = load(tokens + i + 4);
        a = step(a, factor_a, first);
        c = step(c, factor_a, second);
        b = step(b, factor_b, rotate(first));
        d = step(d, factor_b, rotate(second));
    }
    _mm256_storeu_si256((__m256i *)content->a, a);
    _mm256_storeu_si256((__m256i *)(content->a + 4), c);
    _mm256_storeu_si256((__m256i *)content->b, b);
    _mm256_storeu_si256((__m256i *)(content->b + 4), d);
    content->count += i;
    return i;
}
#endif

void nd_content_add(nd_content *content, const uint64_t *tokens, size_t count) {
    size_t i = 0;
    for (; i < count && content->count % LANES != 0; i++) add_token(content, tokens[i]);
#if defined(__x86_64__)
    if (nd_processor_level() >= ND_LEVEL_AVX2) i += add_eights_avx2(content, tokens + i, count - i);
#endif
    i += add_eights(content, tokens + i, count - i);
    for (; i < count; i++) add_token(content, tokens[i]);
}

void nd_content_finish(const nd_content *content, uint64_t hash[2]) {
    uint64_t x = content->count, y = content->count * ND_GOLDEN;
    for (int lane = 0; lane < LANES; lane++) {
        x = nd_mix64(x + content->a[lane] * ND_GOLDEN);
        y = nd_mix64(y ^ content->b[lane]) + content->a[lane];
    }
    hash[0] = x;
    hash[1] = nd_mix64(y);
}

void nd_content_hash(const uint64_t *tokens, size_t count, uint64_t hash[2]) {
    nd_content content = nd_content_begin();
    nd_content_add(&content, tokens, count);
    nd_content_finish(&content, hash);
}
