#include "include/lookup_table.h"
#include "include/pair_store.h"
#include "table_pairs.h"

uint32_t nd_table_value_bits(uint64_t value_limit) {
    // The highest value to be held is value_limit + 1: the second of the two special ones.
    uint32_t bits = 1;
    while (bits < 64 && (value_limit + 1) >> bits) bits++; // a damaged file may claim any limit
    return bits;
}

uint64_t nd_table_lines_size(const nd_table *t) {
    uint64_t buckets = UINT64_C(1) << t->bucket_bits;
    return (buckets + ND_LINE_BUCKETS - 1) / ND_LINE_BUCKETS * ND_LINE_BYTES;
}

uint64_t nd_table_entries_size(const nd_table *t) {
    return (t->entries * nd_entry_bits(t) + 7) / 8 + ND_PACKED_PADDING;
}

uint64_t nd_table_common_directory_size(const nd_table *t) { return t->common_keys * ND_COMMON_ENTRY_BYTES; }

uint64_t nd_table_common_values_size(const nd_table *t) { return t->common_values * 4; }

size_t nd_unique_pairs(uint64_t *pairs, size_t n) {
    if (n == 0) return 0;
    size_t kept = 1;
    for (size_t i = 1; i < n; i++) {
        if (pairs[i] != pairs[kept - 1]) pairs[kept++] = pairs[i];
    }
    return kept;
}

void nd_table_plan(const uint64_t *pairs, size_t n, uint64_t value_limit, nd_table *t) {
    nd_table_part whole;
    nd_table_choose(t, nd_part_rough_entries(pairs, n), value_limit);
    nd_part_measure(pairs, n, t, &whole);
    nd_table_place(t, &whole, 1);
}

void nd_table_pack(
    const uint64_t *pairs, size_t n, const nd_table *t, uint8_t *lines, uint8_t *entries, uint8_t *common_directory,
    uint8_t *common_values
) {
    nd_table_part whole = {.pairs = n};
    nd_part_clear(t, 0, 1, lines);
    nd_part_pack(pairs, n, t, &whole, lines, entries, common_directory, common_values);
    // The word that is left may reach into the padding, which is as long as one.
    uint8_t *rest = entries + 8 * whole.words;
    memset(rest, 0, (size_t)(nd_table_entries_size(t) - 8 * whole.words));
    nd_store64(rest, whole.tail);
    nd_lines_finish(t, lines);
}
