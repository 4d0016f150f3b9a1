#include "signature_choice.h"

#include <string.h>

// Written for the compiler to vectorise. The minima of LANES functions stay in registers while a block of shingles,
// which stays in the first-level cache, passes by them.
enum { BLOCK = 512, LANES_32 = 32, LANES_64 = 16 };

#define INLINE static inline __attribute__((always_inline))

INLINE void minima_32(const uint64_t *shingles, size_t count, const uint32_t *a, const uint32_t *b,
                      uint32_t *signature, size_t values) {
    uint32_t low[BLOCK];
    memset(signature, 0xFF, values * sizeof *signature);
    for (size_t start = 0; start < count; start += BLOCK) {
        size_t size = count - start < BLOCK ? count - start : BLOCK;
        for (size_t i = 0; i < size; i++) low[i] = (uint32_t)shingles[start + i];
        for (size_t k = 0; k < values; k += LANES_32) {
            uint32_t factor[LANES_32], term[LANES_32], least[LANES_32];
            memcpy(factor, a + k, sizeof factor);
            memcpy(term, b + k, sizeof term);
            memcpy(least, signature + k, sizeof least);
            for (size_t i = 0; i < size; i++) {
                uint32_t x = low[i];
                for (int lane = 0; lane < LANES_32; lane++) {
                    uint32_t value = factor[lane] * x + term[lane];
                    least[lane] = value < least[lane] ? value : least[lane];
                }
            }
            memcpy(signature + k, least, sizeof least);
        }
    }
}

INLINE void minima_64(const uint64_t *shingles, size_t count, const uint64_t *a, const uint64_t *b,
                      uint32_t *signature, size_t values) {
    for (size_t k = 0; k < values; k += LANES_64) {
        uint64_t factor[LANES_64], term[LANES_64], least[LANES_64];
        memcpy(factor, a + k, sizeof factor);
        memcpy(term, b + k, sizeof term);
        memset(least, 0xFF, sizeof least);
        for (size_t i = 0; i < count; i++) {
            uint64_t x = shingles[i];
            for (int lane = 0; lane < LANES_64; lane++) {
                uint64_t value = factor[lane] * x + term[lane];
                least[lane] = value < least[lane] ? value : least[lane];
            }
        }
        for (int lane = 0; lane < LANES_64; lane++) signature[k + lane] = (uint32_t)least[lane];
    }
}

#if defined(__x86_64__)
__attribute__((target("avx2"))) static void minima_32_avx2(const uint64_t *shingles, size_t count, const uint32_t *a,
                                                           const uint32_t *b, uint32_t *signature, size_t values) {
    minima_32(shingles, count, a, b, signature, values);
}
__attribute__((target("avx2"))) static void minima_64_avx2(const uint64_t *shingles, size_t count, const uint64_t *a,
                                                           const uint64_t *b, uint32_t *signature, size_t values) {
    minima_64(shingles, count, a, b, signature, values);
}
#endif

void nd_k_minima_32(const uint64_t *shingles, size_t count, const uint32_t *a, const uint32_t *b, uint32_t *signature,
                    size_t values) {
#if defined(__x86_64__)
    if (__builtin_cpu_supports("avx2")) {
        minima_32_avx2(shingles, count, a, b, signature, values);
        return;
    }
#endif
    minima_32(shingles, count, a, b, signature, values);
}

void nd_k_minima_64(const uint64_t *shingles, size_t count, const uint64_t *a, const uint64_t *b, uint32_t *signature,
                    size_t values) {
#if defined(__x86_64__)
    if (__builtin_cpu_supports("avx2")) {
        minima_64_avx2(shingles, count, a, b, signature, values);
        return;
    }
#endif
    minima_64(shingles, count, a, b, signature, values);
}
