// Winnowing eight shingles at a step: see winnow.c.
#ifndef ND_WINNOW_AVX512_H
#define ND_WINNOW_AVX512_H

#include "winnow.h"

#if defined(__x86_64__)
// Writes the chosen positions alone. 1 <= window <= count.
size_t nd_winnow_positions_avx512(const uint64_t *shingles, size_t count, size_t window, uint32_t base, uint32_t *last,
                                uint32_t *scratch, uint32_t *positions);
#endif

#endif
