#include "include/lookup_table.h"
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
    uint64_t entries = n;
    for (size_t i = 0; i < n; i++) {
        if (!is_long(pairs, i, n, 32)) continue;
        size_t end = run_end(pairs, i, n);
        entries -= end - i - 1;
        i = end - 1;
    }
    t->value_limit = value_limit;
    t->value_bits = nd_table_value_bits(value_limit);
    t->bucket_bits = t->value_bits > 25 ? t->value_bits - 25 : 0; // an entry has at most 57 bits
    while (entries >> t->bucket_bits > 6 && t->bucket_bits < 30) t->bucket_bits++;
    t->entries = n;
    t->common_keys = t->common_values = 0;
    uint32_t shift = 32 + nd_remainder_bits(t);
    for (size_t i = 0; i < n; i++) {
        if (shift < 64 && !is_long(pairs, i, n, shift)) continue;
        size_t held, end = bucket_end(pairs, i, n, nd_remainder_bits(t), &held);
        t->entries -= end - i;
        t->entries += held > 255 ? 1 : held;
        for (size_t j = i, next; j < end; j = next) {
            next = run_end(pairs, j, end);
            if (held <= 255 && run_entries(next - j) == next - j) continue;
            t->common_keys++;
            t->common_values += next - j;
        }
        i = end - 1;
    }
}

typedef struct {
    uint8_t *directory, *values;
    uint64_t written;
} common_writer;

static inline void put_common(common_writer *w, const uint64_t *run, size_t length) {
    nd_store32(w->directory, pair_key(run[0]));
    nd_store32(w->directory + 4, (uint32_t)length);
    nd_store64(w->directory + 8, w->written);
    w->directory += ND_COMMON_ENTRY_BYTES;
    for (size_t i = 0; i < length; i++) nd_store32(w->values + 4 * (w->written + i), (uint32_t)run[i]);
    w->written += length;
}

// Packs one bucket and returns its count of entries.
static size_t put_bucket(
    const uint64_t *pairs, size_t n, size_t entries, const nd_table *t, bit_writer *bits, common_writer *common
) {
    uint64_t remainders = nd_low_bits(nd_remainder_bits(t));
    int whole = entries > 255;
    if (whole) put_entry(bits, nd_bucket_is_common(t), nd_entry_bits(t));
    for (size_t i = 0, end; i < n; i = end) {
        end = run_end(pairs, i, n);
        uint64_t high = (pair_key(pairs[i]) & remainders) << t->value_bits;
        if (whole || end - i >= ND_COMMON_RUN) {
            put_common(common, pairs + i, end - i);
            if (!whole) put_entry(bits, high | nd_key_is_common(t), nd_entry_bits(t));
            continue;
        }
        for (size_t j = i; j < end; j++) put_entry(bits, high | (uint32_t)pairs[j], nd_entry_bits(t));
    }
    return whole ? 1 : entries;
}

// Each line's number of its first entry: what the lines before count.
static void put_bases(uint8_t *lines, uint64_t size) {
    uint32_t entries = 0;
    for (uint64_t line = 0; line < size; line += ND_LINE_BYTES) {
        nd_store32(lines + line, entries);
        for (uint64_t slot = 0; slot < ND_LINE_BUCKETS; slot++) entries += lines[line + 4 + slot];
    }
}

void nd_table_pack(
    const uint64_t *pairs, size_t n, const nd_table *t, uint8_t *lines, uint8_t *entries, uint8_t *common_directory,
    uint8_t *common_values
) {
    memset(lines, 0, nd_table_lines_size(t));
    bit_writer bits = {entries, 0, 0};
    common_writer common = {common_directory, common_values, 0};
    uint32_t remainder_bits = nd_remainder_bits(t), shift = 32 + remainder_bits;
    uint64_t remainders = nd_low_bits(remainder_bits);
    for (size_t i = 0; i < n; i++) {
        uint64_t bucket = (uint64_t)pair_key(pairs[i]) >> remainder_bits;
        uint8_t *count = lines + bucket / ND_LINE_BUCKETS * ND_LINE_BYTES + 4 + bucket % ND_LINE_BUCKETS;
        if (shift < 64 && !is_long(pairs, i, n, shift)) {
            uint64_t high = (pair_key(pairs[i]) & remainders) << t->value_bits;
            put_entry(&bits, high | (uint32_t)pairs[i], nd_entry_bits(t));
            (*count)++;
            continue;
        }
        size_t held, end = bucket_end(pairs, i, n, remainder_bits, &held);
        *count = (uint8_t)put_bucket(pairs + i, end - i, held, t, &bits, &common);
        i = end - 1;
    }
    put_bases(lines, nd_table_lines_size(t));
    // The bits not yet stored, and the padding after them: at most 16 bytes, within the size that counts both.
    uint8_t tail[16] = {0};
    nd_store64(tail, bits.pending);
    memcpy(bits.next, tail, (size_t)(entries + nd_table_entries_size(t) - bits.next));
}
