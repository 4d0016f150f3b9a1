#include "winnow.h"

#include <string.h>

#include "hash.h"

static inline uint32_t least(uint32_t a, uint32_t b) { return a < b ? a : b; }

size_t nd_winnow(const uint64_t *shingles, size_t count, size_t window, uint32_t *scratch, uint32_t *positions,
                 uint64_t *keys) {
    if (count == 0) return 0;
    if (window > count) window = count;
    // The high 26 bits of the hash order the shingles; six bits of the position keep equal ones of a window apart and
    // say which it was.
    uint32_t *restrict order = scratch;
    for (size_t i = 0; i < count; i++) order[i] = (uint32_t)(shingles[i] >> 38) << 6 | (uint32_t)(i & 63);
    // The minimum over 1, 2, 4, … of them, then over the window as two overlapping powers of two. In place and ascending:
    // entry i is read for the last time when it is written.
    size_t span = 1, left = count;
    while (2 * span <= window) {
        left -= span;
        for (size_t i = 0; i < left; i++) order[i] = least(order[i], order[i + span]);
        span *= 2;
    }
    size_t rest = window - span;
    if (rest) {
        left -= rest;
        for (size_t i = 0; i < left; i++) order[i] = least(order[i], order[i + rest]);
    }
    // Positions are compared, not entries: of a shingle that comes again 64 positions on, the entry is the same.
    size_t chosen = 0;
    uint32_t previous = UINT32_MAX;
    for (size_t i = 0; i < left; i++) {
        uint32_t position = (uint32_t)(i + ((order[i] - i) & 63));
        positions[chosen] = position;
        chosen += position != previous;
        previous = position;
    }
    for (size_t i = 0; i < chosen; i++) keys[i] = nd_fingerprint_key(shingles[positions[i]]);
    return chosen;
}

size_t nd_distinct(uint64_t *keys, uint32_t *positions, size_t count, uint64_t *table) {
    size_t capacity = nd_distinct_capacity(count), mask = capacity - 1, kept = 0;
    unsigned shift = 64 - (unsigned)__builtin_ctzll(capacity);
    memset(table, 0xFF, capacity * sizeof *table); // all ones is no key: keys have zero low bits
    for (size_t i = 0; i < count; i++) {
        size_t slot = (keys[i] * ND_GOLDEN) >> shift;
        while (table[slot] != UINT64_MAX && table[slot] != keys[i]) slot = (slot + 1) & mask;
        if (table[slot] == keys[i]) continue;
        table[slot] = keys[i];
        keys[kept] = keys[i];
        positions[kept] = positions[i];
        kept++;
    }
    return kept;
}
