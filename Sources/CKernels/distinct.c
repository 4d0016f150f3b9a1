#include "winnow.h"

#include <string.h>

#include "hash.h"

// Fingerprints of a usual document are few, and most of them do not come again: that is told without a search for each.
enum { FEW = 256, SLOT_BITS = 12 };

static int is_among(uint64_t key, const uint64_t *keys, size_t count) {
    uint64_t found = 0;
    for (size_t i = 0; i < count; i++) found |= keys[i] == key;
    return found != 0;
}

// Which of up to 64 keys of a few, `first` and those after it, are not in their slots: a bit for each.
static uint64_t find_displaced(const uint64_t *keys, size_t first, size_t end, const uint8_t *slots) {
    uint64_t displaced = 0;
    for (size_t i = first; i < end; i++) {
        displaced |= (uint64_t)(slots[keys[i] >> (64 - SLOT_BITS)] != i) << (i - first);
    }
    return displaced;
}

// Each key writes its number to a slot, the last key first, so that the first of those with one slot is the one that stays
// in it: whoever finds itself there never came before. Slots are not cleared, since each that is read was written; and
// all writes come before all reads, because a read so soon after a write nearby waits for it.
static size_t distinct_of_few(uint64_t *keys, uint32_t *positions, size_t count) {
    uint8_t slots[1 << SLOT_BITS];
    uint16_t repeats[FEW + 1];
    size_t found = 0;
    for (size_t i = count; i > 0; i--) slots[keys[i - 1] >> (64 - SLOT_BITS)] = (uint8_t)(i - 1);
    for (size_t i = 0; i < count; i += 64) {
        uint64_t displaced = find_displaced(keys, i, i + 64 < count ? i + 64 : count, slots);
        for (; displaced; displaced &= displaced - 1) {
            size_t at = i + (size_t)__builtin_ctzll(displaced), first = slots[keys[at] >> (64 - SLOT_BITS)];
            if (keys[first] == keys[at] || is_among(keys[at], keys + first + 1, at - first - 1))
                repeats[found++] = (uint16_t)at;
        }
    }
    if (found == 0) return count;
    repeats[found] = FEW; // no key's number
    size_t kept = repeats[0], next = 0;
    for (size_t i = kept; i < count; i++) {
        keys[kept] = keys[i];
        positions[kept] = positions[i];
        size_t is_repeat = i == repeats[next];
        next += is_repeat;
        kept += 1 - is_repeat;
    }
    return kept;
}

size_t nd_distinct(uint64_t *keys, uint32_t *positions, size_t count, uint64_t *table) {
    if (count <= FEW) return distinct_of_few(keys, positions, count);
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
