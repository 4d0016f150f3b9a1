// Joining documents by the keys they share: words of a document's rank and where a key's list lies.
#ifndef ND_JOIN_H
#define ND_JOIN_H

#include <stddef.h>
#include <stdint.h>

// Sorts words by their high 32 bits and leaves the order of those alike in them as it is; `scratch` is as large. Bits
// that all words have in common cost nothing. O(n).
void nd_sort_by_high(uint64_t *words, uint64_t *scratch, size_t n);

// Sorts words by all their bits; `scratch` is as large. O(n).
void nd_sort_words(uint64_t *words, uint64_t *scratch, size_t n);

// How many numbers two ascending lists of distinct ones have in common.
size_t nd_common_count(const uint32_t *a, size_t n, const uint32_t *b, size_t m);

// Adds one to a number that other threads may be adding to.
static inline void nd_increment(uint32_t *number) { __atomic_fetch_add(number, 1, __ATOMIC_RELAXED); }

#endif
