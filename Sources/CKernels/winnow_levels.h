// nd_winnow_block's choice for each level that has one of its own: eight shingles at a step, and sixteen. See winnow.c.
#ifndef ND_WINNOW_LEVELS_H
#define ND_WINNOW_LEVELS_H

#include "winnow.h"

#if defined(__x86_64__)
// Writes the chosen positions alone. 1 <= window <= count.
#define ND_DECLARE(name)                                                                                               \
    size_t name(const uint64_t *shingles, size_t count, size_t window, uint32_t base, uint32_t *last, uint32_t *scratch, \
                uint32_t *positions)
ND_DECLARE(nd_winnow_positions_avx2);
ND_DECLARE(nd_winnow_positions_avx512);
#undef ND_DECLARE
#endif

#endif
