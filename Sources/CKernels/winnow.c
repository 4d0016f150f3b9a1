#include "winnow.h"

#include <string.h>

#include "hash.h"

static inline uint32_t least(uint32_t a, uint32_t b) { return a < b ? a : b; }

size_t nd_winnow(const uint64_t *shingles, size_t count, size_t window, uint32_t *scratch, uint32_t *positions,
                 uint64_t *keys) {
    uint32_t previous = ND_NO_POSITION;
    if (window > count) window = count;
    return nd_winnow_block(shingles, count, window, 0, &previous, scratch, positions, keys);
}

size_t nd_winnow_block(const uint64_t *shingles, size_t count, size_t window, uint32_t base, uint32_t *last,
                       uint32_t *scratch, uint32_t *positions, uint64_t *keys) {
    if (count < window || count == 0) return 0;
    // The high 26 bits of the hash order the shingles; six bits of the position keep equal ones of a window apart and
    // say which it was.
    uint32_t *restrict order = scratch;
    for (uint32_t i = 0; i < count; i++) order[i] = (uint32_t)(shingles[i] >> 38) << 6 | ((base + i) & 63);
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
    uint32_t previous = *last;
    for (size_t i = 0; i < left; i++) {
        uint32_t place = base + (uint32_t)i;
        uint32_t position = place + ((order[i] - place) & 63);
        positions[chosen] = position;
        chosen += position != previous;
        previous = position;
    }
    *last = previous;
    for (size_t i = 0; i < chosen; i++) keys[i] = nd_fingerprint_key(shingles[positions[i] - base]);
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

void nd_key_index_add(const uint64_t *keys, size_t count, uint32_t *table, size_t capacity) {
    size_t mask = capacity - 1;
    unsigned shift = 64 - (unsigned)__builtin_ctzll(capacity);
    for (size_t i = 0; i < count; i++) {
        size_t slot = (keys[i] * ND_GOLDEN) >> shift;
        while (table[slot]) slot = (slot + 1) & mask;
        table[slot] = (uint32_t)i + 1;
    }
}

size_t nd_distinct_block(uint64_t *keys, uint32_t *positions, size_t kept, size_t count, uint32_t *table,
                         size_t capacity) {
    size_t mask = capacity - 1;
    unsigned shift = 64 - (unsigned)__builtin_ctzll(capacity);
    for (size_t i = kept, end = kept + count; i < end; i++) {
        size_t slot = (keys[i] * ND_GOLDEN) >> shift;
        while (table[slot] && keys[table[slot] - 1] != keys[i]) slot = (slot + 1) & mask;
        if (table[slot]) continue;
        keys[kept] = keys[i];
        positions[kept] = positions[i];
        kept++;
        table[slot] = (uint32_t)kept;
    }
    return kept;
}
