// Little-endian loads and stores, and the arithmetic that the two halves of the lookup table share.
#ifndef ND_TABLE_BYTES_H
#define ND_TABLE_BYTES_H

#include "include/lookup_table.h"

#include <string.h>

static inline uint64_t nd_little64(uint64_t x) {
#if defined(__BYTE_ORDER__) && __BYTE_ORDER__ == __ORDER_BIG_ENDIAN__
    return __builtin_bswap64(x);
#else
    return x;
#endif
}

static inline uint32_t nd_little32(uint32_t x) {
#if defined(__BYTE_ORDER__) && __BYTE_ORDER__ == __ORDER_BIG_ENDIAN__
    return __builtin_bswap32(x);
#else
    return x;
#endif
}

static inline uint64_t nd_load64(const uint8_t *p) {
    uint64_t x;
    memcpy(&x, p, 8);
    return nd_little64(x);
}

static inline uint32_t nd_load32(const uint8_t *p) {
    uint32_t x;
    memcpy(&x, p, 4);
    return nd_little32(x);
}

static inline void nd_store64(uint8_t *p, uint64_t x) {
    x = nd_little64(x);
    memcpy(p, &x, 8);
}

static inline void nd_store32(uint8_t *p, uint32_t x) {
    x = nd_little32(x);
    memcpy(p, &x, 4);
}

// What a key of 32 bits is shifted by to be the number of its bucket.
static inline uint32_t nd_bucket_shift(const nd_table *t) { return ND_KEY_BITS - t->bucket_bits; }

// A key's low bits, which the table doesn't keep.
static inline uint32_t nd_dropped_bits(const nd_table *t) { return ND_KEY_BITS - t->key_bits; }

// A key's bits between the bucket's and those dropped.
static inline uint32_t nd_remainder_bits(const nd_table *t) { return t->key_bits - t->bucket_bits; }

static inline uint32_t nd_entry_bits(const nd_table *t) { return nd_remainder_bits(t) + t->value_bits; }

static inline uint64_t nd_low_bits(uint32_t count) { return (UINT64_C(1) << count) - 1; }

static inline uint64_t nd_remainder(const nd_table *t, uint32_t key) {
    return key >> nd_dropped_bits(t) & nd_low_bits(nd_remainder_bits(t));
}

// "This key is in the common directory."
static inline uint64_t nd_key_is_common(const nd_table *t) { return nd_low_bits(t->value_bits); }

// "Every key of this bucket is in the common directory."
static inline uint64_t nd_bucket_is_common(const nd_table *t) { return nd_low_bits(t->value_bits) - 1; }

#endif
