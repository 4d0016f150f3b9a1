// The mixing that turns text into hashes. Changing anything here changes every index: see HASH VERSION in
// docs of the index format.
#ifndef ND_HASH_H
#define ND_HASH_H

#include <stdint.h>

// Odd constants with about half their bits set: the golden ratio, and those of splitmix64 (Steele et al. 2014).
#define ND_GOLDEN UINT64_C(0x9E3779B97F4A7C15)
#define ND_MIX_A UINT64_C(0xBF58476D1CE4E5B9)
#define ND_MIX_B UINT64_C(0x94D049BB133111EB)

// splitmix64's finaliser: a bijection in which every input bit moves every output bit.
static inline uint64_t nd_mix64(uint64_t x) {
    x = (x ^ (x >> 30)) * ND_MIX_A;
    x = (x ^ (x >> 27)) * ND_MIX_B;
    return x ^ (x >> 31);
}

static inline uint64_t nd_rotate_left(uint64_t x, int by) { return x << by | x >> (64 - by); }

// Eight bytes of a token's folded UTF-8 into its hash.
static inline uint64_t nd_token_word(uint64_t hash, uint64_t word) {
    hash = (hash ^ word) * ND_MIX_A;
    return hash ^ hash >> 32;
}

// A token's hash once all its words are in: `length` is of its folded UTF-8, in bytes.
static inline uint64_t nd_token_finish(uint64_t hash, uint64_t length, uint64_t single) {
    hash = (hash ^ length) * ND_MIX_B;
    hash ^= hash >> 32;
    return (hash & ~UINT64_C(1)) | single;
}

static inline uint64_t nd_token_seed(uint64_t seed) { return nd_mix64(seed + ND_GOLDEN); }

// The base of the polynomial over a shingle's tokens.
static inline uint64_t nd_shingle_base(uint64_t seed) { return nd_mix64(seed + 2 * ND_GOLDEN) | 1; }

static inline uint64_t nd_shingle_finish(uint64_t polynomial) {
    uint64_t hash = (polynomial ^ polynomial >> 32) * ND_MIX_B;
    return hash ^ hash >> 29;
}

#endif
