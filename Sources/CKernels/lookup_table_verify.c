#include "include/lookup_table.h"
#include "table_bytes.h"

// A walk through a table from its first line to its last, and what must hold at each step.
typedef struct {
    const nd_table *table;
    const nd_pages *pages;
    uint8_t *seen;
    uint64_t entries, common_keys, common_values, pairs;
    nd_table_fault *fault;
} walk;

static int fail(walk *w, const char *what, uint64_t offset) {
    *w->fault = (nd_table_fault){what, offset};
    return ND_CORRUPT;
}

static int touch(walk *w, uint64_t offset, uint64_t length) {
    int status = nd_pages_touch(w->pages, offset, length);
    return status == ND_CORRUPT ? fail(w, "reaches beyond the checked area", offset) : status;
}

static int see(walk *w, uint64_t value, uint64_t offset) {
    if (value >= w->table->value_limit) return fail(w, "a value is out of range", offset);
    w->pairs++;
    if (!w->seen) return ND_OK;
    uint8_t bit = (uint8_t)(1u << (value & 7));
    if (w->seen[value / 8] & bit) return fail(w, "a value occurs twice", offset);
    w->seen[value / 8] |= bit;
    return ND_OK;
}

// The next key of the common directory must be `key` or, for a bucket that lies there whole, within [key, last].
static int check_common_key(walk *w, uint32_t key, uint32_t last, int *found) {
    const nd_table *t = w->table;
    *found = 0;
    if (w->common_keys == t->common_keys) return ND_OK;
    uint64_t offset = t->common_directory_offset + w->common_keys * ND_COMMON_ENTRY_BYTES;
    int status = touch(w, offset, ND_COMMON_ENTRY_BYTES);
    if (status != ND_OK) return status;
    const uint8_t *entry = w->pages->base + offset;
    uint32_t here = nd_load32(entry), count = nd_load32(entry + 4);
    if (here < key || here > last) return ND_OK;
    if (here & nd_low_bits(nd_dropped_bits(t))) return fail(w, "a common key has bits that the table does not keep", offset);
    if (nd_load64(entry + 8) != w->common_values) return fail(w, "a common list does not follow the last", offset);
    if (count == 0 || count > t->common_values - w->common_values) return fail(w, "a common list is too long", offset);
    uint64_t values = t->common_values_offset + 4 * w->common_values;
    status = touch(w, values, 4 * (uint64_t)count);
    if (status != ND_OK) return status;
    for (uint64_t i = 0; i < count; i++) {
        uint32_t value = nd_load32(w->pages->base + values + 4 * i);
        if (i > 0 && value <= nd_load32(w->pages->base + values + 4 * i - 4))
            return fail(w, "a common list is not ascending", values + 4 * i);
        status = see(w, value, values + 4 * i);
        if (status != ND_OK) return status;
    }
    w->common_values += count;
    w->common_keys++;
    *found = 1;
    return ND_OK;
}

static int check_whole_bucket(walk *w, uint64_t bucket, uint64_t offset) {
    uint32_t bits = nd_bucket_shift(w->table);
    uint32_t first = (uint32_t)(bucket << bits), last = (uint32_t)(first + nd_low_bits(bits));
    uint32_t low = first;
    for (int found = 1, any = 0; found; any = 1) {
        int status = check_common_key(w, low, last, &found);
        if (status != ND_OK) return status;
        if (!found) return any ? ND_OK : fail(w, "a common bucket has no key", offset);
        uint64_t entry = w->table->common_directory_offset + (w->common_keys - 1) * ND_COMMON_ENTRY_BYTES;
        uint32_t key = nd_load32(w->pages->base + entry);
        if (key == last) return ND_OK;
        low = key + 1; // keys ascend strictly
    }
    return ND_OK;
}

static int check_bucket(walk *w, uint64_t bucket, uint32_t count) {
    const nd_table *t = w->table;
    uint32_t bits = nd_entry_bits(t);
    uint64_t last = UINT64_MAX, values = nd_low_bits(t->value_bits);
    for (uint32_t i = 0; i < count; i++, w->entries++) {
        uint64_t at = w->entries * bits, offset = t->entries_offset + at / 8;
        int status = touch(w, offset, ND_PACKED_PADDING);
        if (status != ND_OK) return status;
        uint64_t entry = nd_load64(w->pages->base + offset) >> (at & 7) & nd_low_bits(bits), value = entry & values;
        if (i == 0 && count == 1 && entry == nd_bucket_is_common(t)) {
            status = check_whole_bucket(w, bucket, offset);
        } else if (last != UINT64_MAX && entry <= last) {
            status = fail(w, "a bucket is not ascending", offset);
        } else if (value == nd_key_is_common(t)) {
            uint32_t key = (uint32_t)(bucket << nd_bucket_shift(t) | entry >> t->value_bits << nd_dropped_bits(t));
            int found = 0;
            if (last != UINT64_MAX && last >> t->value_bits == entry >> t->value_bits)
                return fail(w, "a common key has entries", offset);
            status = check_common_key(w, key, key, &found);
            if (status == ND_OK && !found) status = fail(w, "a common key is not in the directory", offset);
        } else {
            status = see(w, value, offset);
        }
        if (status != ND_OK) return status;
        last = entry;
    }
    return ND_OK;
}

int nd_table_verify(
    const nd_table *t, const nd_pages *pages, uint8_t *seen, uint64_t *pairs, nd_table_fault *fault
) {
    walk w = {t, pages, seen, 0, 0, 0, 0, fault};
    *fault = (nd_table_fault){"", 0};
    *pairs = 0;
    uint64_t buckets = UINT64_C(1) << t->bucket_bits, lines = nd_table_lines_size(t) / ND_LINE_BYTES;
    for (uint64_t line = 0; line < lines; line++) {
        uint64_t offset = t->lines_offset + line * ND_LINE_BYTES;
        int status = touch(&w, offset, ND_LINE_BYTES);
        if (status != ND_OK) return status;
        const uint8_t *bytes = pages->base + offset;
        if (nd_load32(bytes) != w.entries) return fail(&w, "a line does not begin where the last one ends", offset);
        for (uint64_t slot = 0; slot < ND_LINE_BUCKETS; slot++) {
            uint64_t bucket = line * ND_LINE_BUCKETS + slot;
            if (bucket >= buckets && bytes[4 + slot]) return fail(&w, "a line counts buckets beyond the last", offset);
            if (bytes[4 + slot] > t->entries - w.entries) return fail(&w, "a line counts too many entries", offset);
            status = check_bucket(&w, bucket, bytes[4 + slot]);
            if (status != ND_OK) return status;
        }
    }
    if (w.entries != t->entries) return fail(&w, "the lines count too few entries", t->lines_offset);
    if (w.common_keys != t->common_keys)
        return fail(&w, "the common directory has keys that no bucket has", t->common_directory_offset);
    if (w.common_values != t->common_values)
        return fail(&w, "the common lists have values that no key has", t->common_values_offset);
    *pairs = w.pairs;
    return ND_OK;
}
