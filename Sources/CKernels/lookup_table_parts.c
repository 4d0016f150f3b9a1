#include "bmi2.h"
#include "include/pair_store.h"
#include "table_pairs.h"

// A table of several parts, each of which is a run of buckets. Counting and packing a part looks at its pairs alone.

uint64_t nd_part_rough_entries(const uint64_t *pairs, size_t n) {
    uint64_t entries = n;
    for (size_t i = 0; i + STRIDE <= n; i += STRIDE) {
        if (pair_key(pairs[i]) != pair_key(pairs[i + STRIDE - 1])) continue;
        size_t start = i, end = run_end(pairs, i, n);
        while (start > 0 && pair_key(pairs[start - 1]) == pair_key(pairs[i])) start--;
        if (end - start >= ND_COMMON_RUN) entries -= end - start - 1;
        // On to the stretch in which the next run may begin.
        i = (end / STRIDE - 1) * STRIDE;
    }
    return entries;
}

void nd_table_choose(nd_table *t, uint64_t rough, uint64_t value_limit) {
    t->value_limit = value_limit;
    t->value_bits = nd_table_value_bits(value_limit);
    t->bucket_bits = t->value_bits > 25 ? t->value_bits - 25 : 0; // an entry has at most 57 bits
    uint32_t most = t->key_bits < 30 ? t->key_bits : 30;
    while (rough >> t->bucket_bits > 6 && t->bucket_bits < most) t->bucket_bits++;
}

// Adds what the pairs from `i` to `end`, whole buckets, take.
static void measure_buckets(const uint64_t *pairs, size_t i, size_t end, const nd_table *t, nd_table_part *part) {
    while (i < end) {
        size_t held, bucket = bucket_end(pairs, i, end, nd_bucket_shift(t), &held);
        part->entries -= bucket - i;
        part->entries += held > 255 ? 1 : held;
        for (size_t j = i, next; j < bucket; j = next) {
            next = run_end(pairs, j, bucket);
            if (held <= 255 && run_entries(next - j) == next - j) continue;
            part->common_keys++;
            part->common_values += next - j;
        }
        i = bucket;
    }
}

void nd_part_measure(const uint64_t *pairs, size_t n, const nd_table *t, nd_table_part *part) {
    uint32_t shift = 32 + nd_bucket_shift(t);
    *part = (nd_table_part){.pairs = n, .entries = n};
    if (n < ND_COMMON_RUN) return;
    if (shift == 64) {
        measure_buckets(pairs, 0, n, t, part);
        return;
    }
    for (size_t i = 0; i + STRIDE <= n; i += STRIDE) {
        uint64_t bucket = pairs[i] >> shift;
        if (bucket != pairs[i + STRIDE - 1] >> shift) continue;
        size_t start = i, end = i + STRIDE;
        while (start > 0 && pairs[start - 1] >> shift == bucket) start--;
        while (end < n && pairs[end] >> shift == bucket) end++;
        if (end - start >= ND_COMMON_RUN) measure_buckets(pairs, start, end, t, part);
        i = (end / STRIDE - 1) * STRIDE;
    }
}

void nd_table_place(nd_table *t, nd_table_part *parts, size_t count) {
    t->entries = t->common_keys = t->common_values = 0;
    for (size_t p = 0; p < count; p++) {
        nd_table_part counts = parts[p];
        parts[p].entries = t->entries;
        parts[p].common_keys = t->common_keys;
        parts[p].common_values = t->common_values;
        t->entries += counts.entries;
        t->common_keys += counts.common_keys;
        t->common_values += counts.common_values;
    }
}

void nd_part_clear(const nd_table *t, size_t part, size_t parts, uint8_t *lines) {
    uint64_t each = (UINT64_C(1) << t->bucket_bits) / parts, bucket = each * part, end = bucket + each;
    // What the last line has too much is no bucket's.
    if (part + 1 == parts) end = nd_table_lines_size(t) / ND_LINE_BYTES * ND_LINE_BUCKETS;
    while (bucket < end) {
        uint64_t slot = bucket % ND_LINE_BUCKETS, length = ND_LINE_BUCKETS - slot;
        if (length > end - bucket) length = end - bucket;
        memset(lines + bucket / ND_LINE_BUCKETS * ND_LINE_BYTES + 4 + slot, 0, length);
        bucket += length;
    }
}

void nd_lines_finish(const nd_table *t, uint8_t *lines) {
    uint32_t first = 0;
    for (uint64_t line = 0; line < nd_table_lines_size(t); line += ND_LINE_BYTES) {
        nd_store32(lines + line, first);
        for (uint64_t slot = 0; slot < ND_LINE_BUCKETS; slot++) first += lines[line + 4 + slot];
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
    int whole = entries > 255;
    if (whole) put_entry(bits, nd_bucket_is_common(t), nd_entry_bits(t));
    for (size_t i = 0, end; i < n; i = end) {
        end = run_end(pairs, i, n);
        uint64_t high = nd_remainder(t, pair_key(pairs[i])) << t->value_bits;
        if (whole || end - i >= ND_COMMON_RUN) {
            put_common(common, pairs + i, end - i);
            if (!whole) put_entry(bits, high | nd_key_is_common(t), nd_entry_bits(t));
            continue;
        }
        for (size_t j = i; j < end; j++) put_entry(bits, high | (uint32_t)pairs[j], nd_entry_bits(t));
    }
    return whole ? 1 : entries;
}

// Packs pairs of buckets that are not long. Alone in functions, so that all it needs fits the registers.
ND_FOR_BOTH void pack_usual(
    const uint64_t *pairs, const uint64_t *end, const nd_table *t, uint8_t *lines, bit_writer *writer
) {
    bit_writer bits = *writer;
    uint32_t entry_bits = nd_entry_bits(t), value_bits = t->value_bits, shift = nd_bucket_shift(t);
    uint32_t dropped = nd_dropped_bits(t);
    uint64_t remainders = nd_low_bits(nd_remainder_bits(t));
    for (; pairs < end; pairs++) {
        uint64_t key = *pairs >> 32, bucket = key >> shift;
        lines[bucket + bucket / ND_LINE_BUCKETS * (ND_LINE_BYTES - ND_LINE_BUCKETS) + 4]++;
        put_entry(&bits, (key >> dropped & remainders) << value_bits | (uint32_t)*pairs, entry_bits);
    }
    *writer = bits;
}

static __attribute__((noinline)) void pack_plain(
    const uint64_t *pairs, const uint64_t *end, const nd_table *t, uint8_t *lines, bit_writer *writer
) {
    pack_usual(pairs, end, t, lines, writer);
}

static __attribute__((noinline)) ND_BMI2 void pack_plain_bmi2(
    const uint64_t *pairs, const uint64_t *end, const nd_table *t, uint8_t *lines, bit_writer *writer
) {
    pack_usual(pairs, end, t, lines, writer);
}

void nd_part_pack(
    const uint64_t *pairs, size_t n, const nd_table *t, nd_table_part *part, uint8_t *lines, uint8_t *words,
    uint8_t *common_directory, uint8_t *common_values
) {
    uint64_t first_bit = part->entries * nd_entry_bits(t);
    bit_writer bits = {words, 0, (uint32_t)(first_bit % 64)};
    common_writer common = {
        common_directory + ND_COMMON_ENTRY_BYTES * part->common_keys, common_values, part->common_values
    };
    uint32_t shift = 32 + nd_bucket_shift(t);
    for (size_t i = 0; i < n;) {
        size_t plain = next_long(pairs, i, n, shift);
        (nd_has_bmi2() ? pack_plain_bmi2 : pack_plain)(pairs + i, pairs + plain, t, lines, &bits);
        i = plain;
        if (i == n) break;
        uint64_t bucket = (uint64_t)pair_key(pairs[i]) >> nd_bucket_shift(t);
        uint8_t *count = lines + bucket / ND_LINE_BUCKETS * ND_LINE_BYTES + 4 + bucket % ND_LINE_BUCKETS;
        size_t held, end = bucket_end(pairs, i, n, nd_bucket_shift(t), &held);
        *count = (uint8_t)put_bucket(pairs + i, end - i, held, t, &bits, &common);
        i = end;
    }
    part->words = (uint64_t)(bits.next - words) / 8;
    part->tail = bits.pending;
}

uint64_t nd_part_words(const nd_table *t, uint64_t entries) { return entries * nd_entry_bits(t) / 64; }

uint64_t nd_part_join(const nd_table *t, uint64_t entries, uint8_t *words, uint64_t tail, uint64_t *bits) {
    uint64_t n = nd_part_words(t, entries), before = *bits;
    uint32_t shift = (uint32_t)(t->entries * nd_entry_bits(t) % 64);
    if (shift > 0) {
        for (uint64_t i = 0; i < n; i++) {
            uint64_t word = nd_load64(words + 8 * i);
            nd_store64(words + 8 * i, word << shift | before);
            before = word >> (64 - shift);
        }
    }
    before |= tail << shift;
    if (shift + entries * nd_entry_bits(t) % 64 >= 64) {
        nd_store64(words + 8 * n++, before);
        before = tail >> (64 - shift); // tail has fewer than 64 bits, so that there is a shift
    }
    *bits = before;
    return n;
}

void nd_common_add(uint8_t *directory, size_t keys, uint64_t values) {
    for (size_t key = 0; key < keys; key++) {
        uint8_t *first = directory + key * ND_COMMON_ENTRY_BYTES + 8;
        nd_store64(first, nd_load64(first) + values);
    }
}
