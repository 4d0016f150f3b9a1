#include "winnow.h"

#include <string.h>

#include "hash.h"

// Fingerprints of a usual document are few, and mostly all distinct: that is told without a search for each.
enum { FEW = 256, SLOT_BITS = 12 };

static int comes_again(const uint64_t *keys, size_t at, size_t count) {
    uint64_t found = 0;
    for (size_t i = at + 1; i < count; i++) found |= keys[i] == keys[at];
    return found != 0;
}

// Each key writes its number to a slot, and then looks whether it is still there: only one of whose slot a later key
// took can come again. The slots are never cleared, since each that is read was written; and all writes come before all
// reads, because a read so soon after a write of almost the same place waits for it.
static int are_distinct(const uint64_t *keys, size_t count) {
    uint8_t slots[1 << SLOT_BITS];
    uint8_t overtaken[FEW];
    for (size_t i = 0; i < count; i++) slots[keys[i] >> (64 - SLOT_BITS)] = (uint8_t)i;
    size_t suspects = 0;
    for (size_t i = 0; i < count; i++) {
        overtaken[suspects] = (uint8_t)i;
        suspects += slots[keys[i] >> (64 - SLOT_BITS)] != i;
    }
    for (size_t i = 0; i < suspects; i++) {
        if (comes_again(keys, overtaken[i], count)) return 0;
    }
    return 1;
}

size_t nd_distinct(uint64_t *keys, uint32_t *positions, size_t count, uint64_t *table) {
    if (count <= FEW && are_distinct(keys, count)) return count;
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
