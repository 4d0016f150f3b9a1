// The two kinds of signature that were compared.
#ifndef ND_SIGNATURE_CHOICE_H
#define ND_SIGNATURE_CHOICE_H

#include <stddef.h>
#include <stdint.h>

// The least a[k] * x + b[k] (modulo 2^32) over the low halves x of the shingle hashes, for each k. `values` is a multiple
// of 32. Uses AVX2 where the processor has it.
void nd_k_minima_32(const uint64_t *shingles, size_t count, const uint32_t *a, const uint32_t *b, uint32_t *signature,
                    size_t values);

// The same in 64-bit lanes: a[k] * x + b[k] modulo 2^64 over whole hashes; the signature gets the low half of each
// least value.
void nd_k_minima_64(const uint64_t *shingles, size_t count, const uint64_t *a, const uint64_t *b, uint32_t *signature,
                    size_t values);

// The library's own kernels, under other names: see signature.h of CKernels.
void nd_choice_donors(uint16_t *donors, size_t values);
void nd_choice_one_permutation(const uint64_t *shingles, size_t count, const uint16_t *donors, uint32_t *signature,
                               size_t values);

#endif
