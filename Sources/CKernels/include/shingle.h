// Token hashes to shingle hashes.
#ifndef ND_SHINGLE_H
#define ND_SHINGLE_H

#include <stddef.h>
#include <stdint.h>

// How many shingles a text of this many tokens has: one if it has fewer tokens than a shingle, none if it is empty.
static inline size_t nd_shingle_count(size_t tokens, size_t width) {
    return tokens == 0 ? 0 : tokens < width ? 1 : tokens - width + 1;
}

// Writes the hash of every shingle of `width` consecutive tokens, in text order; returns nd_shingle_count. A shingle
// whose tokens are all characters of scripts written without spaces spans twice as many tokens where the text has
// them: five such characters are too common to tell texts apart. `shingles` may not overlap `tokens`. Linear.
size_t nd_shingles(const uint64_t *tokens, size_t count, size_t width, uint64_t seed, uint64_t *shingles);

#endif
