// Shingle hashes to fingerprints.
#ifndef ND_WINNOW_H
#define ND_WINNOW_H

#include <stddef.h>
#include <stdint.h>

// The low bits of a key are zero: the high 26 bits of a shingle hash choose the fingerprints, so that only the low 38
// are unbiased, and those are the key's high bits.
enum { ND_FINGERPRINT_BITS = 38, ND_WINDOW_LIMIT = 64 };

// The fingerprint key of a shingle hash.
static inline uint64_t nd_fingerprint_key(uint64_t shingle) { return shingle << (64 - ND_FINGERPRINT_BITS); }

// Winnowing: chooses the least shingle of every `window` consecutive ones (of all, if there are fewer). Writes the
// chosen positions, ascending, and their keys; returns how many. `scratch`, `positions` and `keys` have room
// for `count`. 1 <= window <= ND_WINDOW_LIMIT. count * log window.
size_t nd_winnow(const uint64_t *shingles, size_t count, size_t window, uint32_t *scratch, uint32_t *positions,
                 uint64_t *keys);

// Keeps the first of each key, in order; returns how many are kept. `table` is scratch for at least
// nd_distinct_capacity(count) words. Expected linear.
size_t nd_distinct(uint64_t *keys, uint32_t *positions, size_t count, uint64_t *table);

static inline size_t nd_distinct_capacity(size_t count) {
    size_t capacity = 16;
    while (capacity < 2 * count) capacity *= 2;
    return capacity;
}

#endif
