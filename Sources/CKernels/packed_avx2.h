// Comparing packed signatures of the usual widths 32 bytes at a step: see packed.c.
#ifndef ND_PACKED_AVX2_H
#define ND_PACKED_AVX2_H

#include <stddef.h>
#include <stdint.h>

#if defined(__x86_64__)
// How many bytes are equal, or halves of bytes. `bytes` is a multiple of 32.
size_t nd_equal_bytes_avx2(const uint8_t *a, const uint8_t *b, size_t bytes);
size_t nd_equal_nibbles_avx2(const uint8_t *a, const uint8_t *b, size_t bytes);
#endif

#endif
