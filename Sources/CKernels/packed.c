#include "packed_avx2.h"
#include "processor.h"
#include "signature.h"

#include <string.h>

void nd_signature_pack(const uint32_t *restrict signature, size_t values, unsigned bits, uint8_t *restrict packed) {
    if (bits == 8) { // apart, as the next: what compilers make vectors of
        for (size_t i = 0; i < values; i++) packed[i] = (uint8_t)signature[i];
        return;
    }
    if (bits == 4) {
        for (size_t i = 0; i < values / 2; i++)
            packed[i] = (uint8_t)((signature[2 * i] & 15) | signature[2 * i + 1] << 4);
        return;
    }
    if (bits > 8) {
        size_t bytes = bits / 8;
        for (size_t i = 0; i < values; i++) {
            for (size_t b = 0; b < bytes; b++) packed[i * bytes + b] = (uint8_t)(signature[i] >> (8 * b));
        }
        return;
    }
    size_t per_byte = 8 / bits;
    uint32_t mask = (1u << bits) - 1;
    for (size_t byte = 0; byte < values / per_byte; byte++) {
        uint32_t sum = 0;
        for (size_t i = 0; i < per_byte; i++) sum |= (signature[byte * per_byte + i] & mask) << (i * bits);
        packed[byte] = (uint8_t)sum;
    }
}

static inline uint64_t load64(const uint8_t *p) {
    uint64_t x;
    memcpy(&x, p, 8);
    return x;
}

// How many of the fields of `bits` bits differ, of those in `bytes` bytes.
static size_t differing(const uint8_t *a, const uint8_t *b, size_t bytes, unsigned bits) {
    // Each field that differs leaves one bit, its lowest, in the folded difference.
    static const uint64_t lowest[6] = {~UINT64_C(0),
                                       UINT64_C(0x5555555555555555),
                                       UINT64_C(0x1111111111111111),
                                       UINT64_C(0x0101010101010101),
                                       UINT64_C(0x0001000100010001),
                                       UINT64_C(0x0000000100000001)};
    unsigned level = (unsigned)__builtin_ctz(bits);
    size_t at = 0, different = 0;
    while (at < bytes) {
        uint64_t x = 0, y = 0;
        size_t step = bytes - at < 8 ? bytes - at : 8;
        if (step == 8) {
            x = load64(a + at);
            y = load64(b + at);
        } else {
            memcpy(&x, a + at, step);
            memcpy(&y, b + at, step);
        }
        uint64_t difference = x ^ y;
        for (unsigned i = 0; i < level; i++) difference |= difference >> (1u << i);
        different += (size_t)__builtin_popcountll(difference & lowest[level]);
        at += step;
    }
    return different;
}

size_t nd_signature_matches(const uint8_t *a, const uint8_t *b, size_t values, unsigned bits) {
    size_t bytes = values * bits / 8, at = 0, equal = 0;
#if defined(__x86_64__)
    if ((bits == 8 || bits == 4) && nd_processor_level() >= ND_LEVEL_AVX2) {
        at = bytes & ~(size_t)31;
        equal = bits == 8 ? nd_equal_bytes_avx2(a, b, at) : nd_equal_nibbles_avx2(a, b, at);
    }
#endif
    size_t rest = bytes - at;
    return equal + rest * 8 / bits - differing(a + at, b + at, rest, bits);
}
