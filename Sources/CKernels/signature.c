#include "signature.h"

#include <string.h>

#include "hash.h"

// The value of a bin into which no shingle falls.
#define EMPTY UINT32_MAX

void nd_signature_donors(uint16_t *donors, size_t values) {
    for (size_t bin = 0; bin < values; bin++) {
        uint16_t *row = donors + bin * values;
        uint64_t state = nd_mix64(bin + 1);
        for (size_t i = 0; i < values; i++) row[i] = (uint16_t)i;
        for (size_t i = values; i > 1; i--) { // Fisher-Yates
            state += ND_GOLDEN;
            size_t j = (size_t)(((nd_mix64(state) >> 32) * i) >> 32);
            uint16_t swap = row[i - 1];
            row[i - 1] = row[j];
            row[j] = swap;
        }
    }
}

void nd_signature_begin(uint32_t *signature, size_t values) { memset(signature, 0xFF, values * sizeof *signature); }

void nd_signature_add(const uint64_t *shingles, size_t count, uint32_t *signature, size_t values) {
    for (size_t i = 0; i < count; i++) {
        size_t bin = (size_t)(((shingles[i] >> 32) * values) >> 32);
        uint32_t value = (uint32_t)shingles[i];
        value -= value == EMPTY;
        signature[bin] = value < signature[bin] ? value : signature[bin];
    }
}

void nd_signature_finish(const uint16_t *donors, uint32_t *signature, size_t values) {
    const uint32_t empty = EMPTY;
    size_t full = 0;
    for (size_t bin = 0; bin < values; bin++) full += signature[bin] != empty;
    if (full == values) return;
    // Donors must be bins that were full before any was filled: a bit per bin remembers them.
    uint64_t was_full[65536 / 64];
    memset(was_full, 0, (values + 63) / 64 * sizeof *was_full);
    for (size_t bin = 0; bin < values; bin++) was_full[bin / 64] |= (uint64_t)(signature[bin] != empty) << (bin % 64);
    for (size_t bin = 0; bin < values; bin++) {
        if (was_full[bin / 64] >> (bin % 64) & 1) continue;
        const uint16_t *row = donors + bin * values;
        size_t i = 0;
        while (!(was_full[row[i] / 64] >> (row[i] % 64) & 1)) i++;
        // Mixed with the bin's number: a text of few shingles must not fill its signature with one repeated value.
        uint32_t value = (uint32_t)(nd_mix64((uint64_t)bin << 32 | signature[row[i]]) >> 32);
        signature[bin] = value - (value == empty);
    }
}

void nd_signature(const uint64_t *shingles, size_t count, const uint16_t *donors, uint32_t *signature, size_t values) {
    nd_signature_begin(signature, values);
    nd_signature_add(shingles, count, signature, values);
    nd_signature_finish(donors, signature, values);
}

void nd_band_keys(const uint32_t *signature, size_t bands, size_t rows, uint64_t *keys) {
    for (size_t band = 0; band < bands; band++) {
        uint64_t key = (band + 1) * ND_GOLDEN;
        for (size_t row = 0; row < rows; row++) {
            key = (key ^ signature[band * rows + row]) * ND_MIX_A;
            key ^= key >> 32;
        }
        keys[band] = nd_mix64(key);
    }
}

void nd_signature_pack(const uint32_t *signature, size_t values, unsigned bits, uint8_t *packed) {
    if (bits >= 8) {
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

size_t nd_signature_matches(const uint8_t *a, const uint8_t *b, size_t values, unsigned bits) {
    size_t bytes = values * bits / 8, at = 0, different = 0;
    // Each field of `bits` that differs leaves one bit, its lowest, in the folded difference.
    static const uint64_t lowest[6] = {~UINT64_C(0),
                                       UINT64_C(0x5555555555555555),
                                       UINT64_C(0x1111111111111111),
                                       UINT64_C(0x0101010101010101),
                                       UINT64_C(0x0001000100010001),
                                       UINT64_C(0x0000000100000001)};
    unsigned level = (unsigned)__builtin_ctz(bits);
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
    return values - different;
}
