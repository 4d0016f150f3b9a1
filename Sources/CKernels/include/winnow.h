// Shingle hashes to fingerprints.
#ifndef ND_WINNOW_H
#define ND_WINNOW_H

#include <stddef.h>
#include <stdint.h>

// The low bits of a key are zero: the high 26 bits of a shingle hash choose the fingerprints, so that only the low 38
// are unbiased, and those are the key's high bits.
enum { ND_FINGERPRINT_BITS = 38, ND_WINDOW_LIMIT = 64 };

// Kernels that work on several shingles at a step read and write so many entries past what counts.
enum { ND_WINNOW_SLACK = 64 };

// The fingerprint key of a shingle hash.
static inline uint64_t nd_fingerprint_key(uint64_t shingle) { return shingle << (64 - ND_FINGERPRINT_BITS); }

// What winnowing compares: the high 26 bits of the hash order the shingles; six bits of the position keep equal ones of a
// window apart and say which it was.
static inline uint32_t nd_winnow_entry(uint64_t shingle, uint32_t position) {
    return (uint32_t)(shingle >> 38) << 6 | (position & 63);
}

// Winnowing: chooses the least shingle of every `window` consecutive ones (of all, if there are fewer). Writes the
// chosen positions, ascending, and their keys; returns how many. `scratch` and `positions` have room for
// `count + ND_WINNOW_SLACK`, `keys` for `count`. 1 <= window <= ND_WINDOW_LIMIT. count * log window.
size_t nd_winnow(const uint64_t *shingles, size_t count, size_t window, uint32_t *scratch, uint32_t *positions,
                 uint64_t *keys);

// The same of a part of the text: `count` shingles of which the first is the text's `base`th. Looks only at windows that lie
// wholly in it. `*last` is the position chosen last, ND_NO_POSITION before the first part.
#define ND_NO_POSITION UINT32_MAX
size_t nd_winnow_block(const uint64_t *shingles, size_t count, size_t window, uint32_t base, uint32_t *last,
                       uint32_t *scratch, uint32_t *positions, uint64_t *keys);

// Keeps the first of each key, in order; returns how many are kept. `table` is scratch for at least
// nd_distinct_capacity(count) words. Expected linear.
size_t nd_distinct(uint64_t *keys, uint32_t *positions, size_t count, uint64_t *table);

static inline size_t nd_distinct_capacity(size_t count) {
    size_t capacity = 16;
    while (capacity < 2 * count) capacity *= 2;
    return capacity;
}

// The same of keys that come in blocks: the first `kept` of `keys` are distinct and in the table, the `count` after them are
// new; those of them that are met for the first time move up behind the others. Returns how many are distinct now.
// `table` has `capacity` words, a power of two above `kept + count`; zeros before the first block.
size_t nd_distinct_block(uint64_t *keys, uint32_t *positions, size_t kept, size_t count, uint32_t *table,
                         size_t capacity);

// Puts `count` distinct keys into a table of zeros: for going on in a larger one.
void nd_key_index_add(const uint64_t *keys, size_t count, uint32_t *table, size_t capacity);

// The capacity of such a table for `count` keys: a quarter of it is free.
static inline size_t nd_key_index_capacity(size_t count) {
    size_t capacity = 16;
    while (capacity - capacity / 4 < count) capacity *= 2;
    return capacity;
}

#endif
