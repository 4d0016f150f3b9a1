// Shingle hashes to signatures, and signatures to bands.
#ifndef ND_SIGNATURE_H
#define ND_SIGNATURE_H

#include <stddef.h>
#include <stdint.h>

// The most values a signature may have.
enum { ND_SIGNATURE_LIMIT = 1024 };

// Fills the order in which each of `values` bins, when empty, looks at the other bins: `values` rows of `values`
// numbers, each row a permutation fixed for all time. `values` <= ND_SIGNATURE_LIMIT.
void nd_signature_donors(uint16_t *donors, size_t values);

// One-permutation hashing with optimal densification: the high half of a shingle chooses one of `values` bins, which keeps
// the least low half; an empty bin takes that of the first full one in its row of `donors`, mixed with its own number. A
// shingle whose low half is all ones fills no bin; where that leaves all empty, bin 0 has the value 2^32 - 2. `count` > 0.
// Linear in count + values.
void nd_signature(const uint64_t *shingles, size_t count, const uint16_t *donors, uint32_t *signature, size_t values);

// The same of shingles that come in blocks: begin, add each block, finish once there was at least one shingle.
void nd_signature_begin(uint32_t *signature, size_t values);
void nd_signature_add(const uint64_t *shingles, size_t count, uint32_t *signature, size_t values);
void nd_signature_finish(const uint16_t *donors, uint32_t *signature, size_t values);

// A key per band of `rows` consecutive values. bands * rows <= the signature's values.
void nd_band_keys(const uint32_t *signature, size_t bands, size_t rows, uint64_t *keys);

// Packs the low `bits` (1, 2, 4, 8, 16 or 32) of each value, first value lowest; values * bits is a multiple of 8.
void nd_signature_pack(const uint32_t *signature, size_t values, unsigned bits, uint8_t *packed);

// How many of the `values` packed values are equal.
size_t nd_signature_matches(const uint8_t *a, const uint8_t *b, size_t values, unsigned bits);

#endif
