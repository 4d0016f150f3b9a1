// The mixing that turns text into hashes, as docs/text-rules.md has it. Changing anything here changes every index.
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

// The product's halves, one upon the other.
static inline uint64_t nd_fold_multiply(uint64_t a, uint64_t b) {
    unsigned __int128 product = (unsigned __int128)a * b;
    return (uint64_t)product ^ (uint64_t)(product >> 64);
}

// Sixteen bytes of a token's folded UTF-8 into its hash; beyond its end they are zeros. The second factor is never zero: no
// byte of a token is the constant's lowest.
static inline uint64_t nd_token_step(uint64_t hash, uint64_t low, uint64_t high) {
    return nd_fold_multiply(hash ^ low, high ^ ND_MIX_A);
}

// A token's hash once all its bytes are in. They end in no zero, so that their number needn't go in.
static inline uint64_t nd_token_finish(uint64_t hash, uint64_t single) { return (hash & ~UINT64_C(1)) | single; }

static inline uint64_t nd_token_seed(uint64_t seed) { return nd_mix64(seed + ND_GOLDEN); }

// A multiply-with-carry step (Marsaglia & Zaman 1991) and a value added: multiplies by `factor` modulo factor * 2^32 - 1, so that
// a chain of steps is a polynomial, with one multiplication of 32 bits, of which a vector does several at once.
static inline uint64_t nd_carry_step(uint64_t sum, uint64_t factor, uint64_t value) {
    return (sum & 0xFFFFFFFF) * factor + (sum >> 32) + value;
}

static inline uint64_t nd_rotate_32(uint64_t x) { return x << 32 | x >> 32; }

// The factor of the steps over a shingle's tokens: odd, of 32 bits.
static inline uint64_t nd_shingle_factor(uint64_t seed) {
    return nd_mix64(seed + 2 * ND_GOLDEN) >> 32 | UINT64_C(0x80000001);
}

static inline uint64_t nd_shingle_finish(uint64_t sum) {
    uint64_t hash = (sum ^ sum >> 32) * ND_MIX_B;
    return hash ^ hash >> 29;
}

#endif
