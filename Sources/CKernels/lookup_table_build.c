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

// One stable pass: pairs go to `to` in the order of their `bits` bits from `shift` on. `counts` holds how many there
// are of each digit; afterwards it holds where each digit's pairs end.
static void scatter(const uint64_t *from, uint64_t *to, size_t n, int shift, uint32_t bits, size_t *counts) {
    size_t start = 0, digits = (size_t)1 << bits;
    for (size_t digit = 0; digit < digits; digit++) {
        size_t next = start + counts[digit];
        counts[digit] = start;
        start = next;
    }
    for (size_t i = 0; i < n; i++) to[counts[from[i] >> shift & (digits - 1)]++] = from[i];
}

// The key's 32 bits: 11 to cut the pairs into parts that fit a cache, then three times 7 within each part.
enum { PART_BITS = 11, DIGIT_BITS = 7, PARTS = 1 << PART_BITS, DIGITS = 1 << DIGIT_BITS };
enum { SHIFT_LOW = 32, SHIFT_MIDDLE = 39, SHIFT_HIGH = 46, SHIFT_PART = 53 };

// Sorts pairs that agree in the part's bits, from `part` into `out`; both are overwritten.
static void sort_part(uint64_t *part, uint64_t *out, size_t n) {
    size_t counts[3][DIGITS] = {{0}};
    for (size_t i = 0; i < n; i++) {
        counts[0][part[i] >> SHIFT_LOW & (DIGITS - 1)]++;
        counts[1][part[i] >> SHIFT_MIDDLE & (DIGITS - 1)]++;
        counts[2][part[i] >> SHIFT_HIGH & (DIGITS - 1)]++;
    }
    scatter(part, out, n, SHIFT_LOW, DIGIT_BITS, counts[0]);
    scatter(out, part, n, SHIFT_MIDDLE, DIGIT_BITS, counts[1]);
    scatter(part, out, n, SHIFT_HIGH, DIGIT_BITS, counts[2]);
}

// Small parts are cheaper to sort by insertion, which is stable too.
static void sort_few(const uint64_t *part, uint64_t *out, size_t n) {
    for (size_t i = 0; i < n; i++) {
        size_t j = i;
        for (; j > 0 && out[j - 1] >> 32 > part[i] >> 32; j--) out[j] = out[j - 1];
        out[j] = part[i];
    }
}

void nd_sort_pairs(uint64_t *pairs, uint64_t *scratch, size_t n) {
    size_t counts[PARTS] = {0};
    for (size_t i = 0; i < n; i++) counts[pairs[i] >> SHIFT_PART]++;
    scatter(pairs, scratch, n, SHIFT_PART, PART_BITS, counts);
    for (size_t part = 0, start = 0; part < PARTS; start = counts[part++]) {
        size_t length = counts[part] - start;
        if (length <= 32) sort_few(scratch + start, pairs + start, length);
        else sort_part(scratch + start, pairs + start, length);
    }
}

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
    nd_table_begin(t, &whole, 1, lines, entries);
    nd_part_pack(pairs, n, t, &whole, lines, entries, common_directory, common_values);
    nd_table_end(t, &whole, 1, lines, entries);
}
