// Positions of fingerprints, four bits at a time; IndexFormat.md has the coding.
#ifndef ND_NIBBLES_H
#define ND_NIBBLES_H

#include <stddef.h>
#include <stdint.h>

// Whether each position is greater than the one before.
int nd_positions_ascend(const uint32_t *positions, size_t n);

// Packs positions that ascend into at most n / 2 + last / 30 + 1 bytes; how many.
size_t nd_nibbles_pack(const uint32_t *positions, size_t n, uint8_t *out);

#endif
