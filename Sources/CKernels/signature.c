#include "signature.h"

#include <string.h>

#include "bmi2.h"
#include "hash.h"

// The value of a bin into which no shingle falls. A shingle of this value fills none: to look out for it would cost each
// of the others time.
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

static inline void keep_least(uint32_t *minimum, uint32_t value) {
    uint32_t least = *minimum;
    *minimum = value < least ? value : least; // always stored: a branch would be foretold badly
}

// Of a power of two of values: the high bits are the bin's number.
ND_FOR_BOTH void add_by_high_bits(
    const uint64_t *shingles, size_t count, uint32_t *signature, size_t values
) {
    const unsigned shift = 64 - (unsigned)__builtin_ctzll(values);
    for (size_t i = 0; i < count; i++) keep_least(signature + (shingles[i] >> shift), (uint32_t)shingles[i]);
}

static ND_BMI2 void add_by_high_bits_bmi2(
    const uint64_t *shingles, size_t count, uint32_t *signature, size_t values
) {
    add_by_high_bits(shingles, count, signature, values);
}

void nd_signature_add(const uint64_t *shingles, size_t count, uint32_t *signature, size_t values) {
    if ((values & (values - 1)) == 0) {
        if (nd_has_bmi2()) return add_by_high_bits_bmi2(shingles, count, signature, values);
        return add_by_high_bits(shingles, count, signature, values);
    }
    for (size_t i = 0; i < count; i++) {
        size_t bin = (size_t)(((shingles[i] >> 32) * values) >> 32);
        keep_least(signature + bin, (uint32_t)shingles[i]);
    }
}

static size_t find_empty(const uint8_t *is_full, size_t values, uint16_t *bins) {
    size_t found = 0;
    for (size_t bin = 0; bin < values; bin++) {
        bins[found] = (uint16_t)bin;
        found += 1u - is_full[bin];
    }
    return found;
}

// The first of a row's bins that is full; there is one. Eight are looked at before anything hangs on them: which is the first is
// anyone's guess.
static inline size_t first_full(const uint16_t *row, size_t values, const uint8_t *is_full) {
    if (values % 8 == 0) {
        for (;; row += 8) {
            unsigned found = 0;
#pragma clang loop unroll(full)
            for (unsigned i = 0; i < 8; i++) found |= (unsigned)is_full[row[i]] << i;
            if (found) return row[__builtin_ctz(found)];
        }
    }
    while (!is_full[*row]) row++;
    return *row;
}

void nd_signature_finish(const uint16_t *donors, uint32_t *signature, size_t values) {
    // Donors must be bins that were full before any was filled.
    uint8_t is_full[ND_SIGNATURE_LIMIT];
    uint16_t bins[ND_SIGNATURE_LIMIT];
    uint8_t all_full = 1;
    for (size_t bin = 0; bin < values; bin++) {
        is_full[bin] = signature[bin] != EMPTY;
        all_full &= is_full[bin];
    }
    if (all_full) return;
    size_t empty = find_empty(is_full, values, bins);
    if (empty == values) { // every shingle was one that fills no bin
        signature[0] = EMPTY - 1;
        is_full[0] = 1;
        empty = find_empty(is_full, values, bins);
    }
    for (size_t i = 0; i < empty; i++) {
        size_t bin = bins[i];
        size_t donor = first_full(donors + bin * values, values, is_full);
        // Mixed with the bin's number: a text of few shingles must not fill its signature with one repeated value.
        uint32_t value = (uint32_t)(nd_mix64((uint64_t)bin << 32 | signature[donor]) >> 32);
        signature[bin] = value - (value == EMPTY);
    }
}

void nd_signature(const uint64_t *shingles, size_t count, const uint16_t *donors, uint32_t *signature, size_t values) {
    nd_signature_begin(signature, values);
    nd_signature_add(shingles, count, signature, values);
    nd_signature_finish(donors, signature, values);
}
