// Shingles eight at a step: see shingle.c.
#ifndef ND_SHINGLE_AVX512_H
#define ND_SHINGLE_AVX512_H

#include <stddef.h>
#include <stdint.h>

#if defined(__x86_64__)
// Writes `count` shingles of `width` tokens each; returns nonzero if some token they begin with is a single.
uint64_t nd_plain_shingles_avx512(const uint64_t *tokens, size_t count, size_t width, uint64_t factor, uint64_t *shingles);

// Doubles those of `count` shingles whose tokens are all singles.
void nd_double_shingles_avx512(const uint64_t *tokens, size_t count, size_t width, uint64_t factor, uint64_t *shingles);
#endif

#endif
