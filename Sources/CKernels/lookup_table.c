#include "include/lookup_table.h"
#include "table_bytes.h"

// Keys whose lines are asked for together: enough to cover a cache miss, few enough for the miss buffers.
enum { GROUP = 16 };

// A run of entries, or of common values.
typedef struct {
    uint64_t first;
    uint32_t count;
} run;

static inline uint32_t key_bits(uint64_t key) { return (uint32_t)(key >> 32); }

static inline uint64_t bucket_of(const nd_table *t, uint32_t key) { return (uint64_t)key >> nd_remainder_bits(t); }

static inline uint64_t line_offset(const nd_table *t, uint32_t key) {
    return t->lines_offset + bucket_of(t, key) / ND_LINE_BUCKETS * ND_LINE_BYTES;
}

static inline uint64_t entry_offset(const nd_table *t, uint64_t entry) {
    return t->entries_offset + entry * nd_entry_bits(t) / 8;
}

static inline uint64_t load_entry(const nd_table *t, const nd_pages *p, uint64_t entry) {
    uint64_t bits = entry * nd_entry_bits(t);
    return nd_load64(p->base + t->entries_offset + bits / 8) >> (bits & 7) & nd_low_bits(nd_entry_bits(t));
}

int nd_table_check(const nd_table *t, const nd_pages *pages) {
    if (t->bucket_bits > 30 || t->value_bits > 32 || t->value_bits < 1) return ND_CORRUPT;
    if (t->value_bits != nd_table_value_bits(t->value_limit) || nd_entry_bits(t) > 57) return ND_CORRUPT;
    if (t->entries > UINT32_MAX || t->common_keys > UINT32_MAX || t->common_values > UINT32_MAX) return ND_CORRUPT;
    uint64_t offsets[] = {
        t->lines_offset, t->entries_offset, t->common_directory_offset, t->common_values_offset,
    };
    uint64_t sizes[] = {
        nd_table_lines_size(t), nd_table_entries_size(t), nd_table_common_directory_size(t),
        nd_table_common_values_size(t),
    };
    for (int i = 0; i < 4; i++) {
        if (offsets[i] > pages->size || sizes[i] > pages->size - offsets[i]) return ND_CORRUPT;
    }
    // A line must not cross a page, nor a directory entry.
    return t->lines_offset % ND_LINE_BYTES || t->common_directory_offset % ND_COMMON_ENTRY_BYTES ? ND_CORRUPT : ND_OK;
}

// The sum of the first `slots` counts of a line: one masked pass over all 64 bytes, without a branch on `slots`.
static inline uint32_t sum_counts(const uint8_t *line, uint32_t slots) {
    static const uint8_t masks[2 * ND_LINE_BYTES] = {
#define FF8 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff
        FF8, FF8, FF8, FF8, FF8, FF8, FF8, FF8,
#undef FF8
    };
    const uint8_t *mask = masks + ND_LINE_BYTES - 4 - slots;
    const uint64_t even = UINT64_C(0x00ff00ff00ff00ff);
    uint64_t sum = 0; // four 16-bit sums; 60 * 255 fits one
    for (int i = 0; i < 8; i++) {
        uint64_t word, keep;
        memcpy(&word, line + 8 * i, 8);
        memcpy(&keep, mask + 8 * i, 8);
        word &= keep;
        if (i == 0) memset(&word, 0, 4); // the line's first entry is no count
        sum += (word & even) + (word >> 8 & even);
    }
    return (uint32_t)(sum * UINT64_C(0x0001000100010001) >> 48);
}

// Finds a key's bucket among the entries.
static inline int locate(const nd_table *t, const nd_pages *pages, uint32_t key, run *bucket) {
    uint64_t offset = line_offset(t, key);
    int status = nd_pages_touch(pages, offset, ND_LINE_BYTES);
    if (status != ND_OK) return status;
    const uint8_t *line = pages->base + offset;
    uint32_t slot = (uint32_t)(bucket_of(t, key) % ND_LINE_BUCKETS);
    bucket->first = (uint64_t)nd_load32(line) + sum_counts(line, slot);
    bucket->count = line[4 + slot];
    return bucket->first + bucket->count > t->entries ? ND_CORRUPT : ND_OK;
}

static inline int touch_entries(const nd_table *t, const nd_pages *pages, run bucket) {
    uint64_t start = entry_offset(t, bucket.first);
    uint64_t end = entry_offset(t, bucket.first + bucket.count - 1) + ND_PACKED_PADDING;
    return nd_pages_touch(pages, start, end - start);
}

// Finds a key's list among the common ones. A key that an entry sends here must be here (`required`).
static int find_common(const nd_table *t, const nd_pages *pages, uint32_t key, int required, run *list) {
    uint64_t low = 0, high = t->common_keys;
    while (low < high) {
        uint64_t middle = (low + high) / 2;
        uint64_t offset = t->common_directory_offset + middle * ND_COMMON_ENTRY_BYTES;
        int status = nd_pages_touch(pages, offset, ND_COMMON_ENTRY_BYTES);
        if (status != ND_OK) return status;
        const uint8_t *entry = pages->base + offset;
        uint32_t found = nd_load32(entry);
        if (found == key) {
            list->count = nd_load32(entry + 4);
            list->first = nd_load64(entry + 8);
            int within = list->first <= t->common_values && list->count <= t->common_values - list->first;
            return within ? ND_OK : ND_CORRUPT;
        }
        if (found < key) low = middle + 1;
        else high = middle;
    }
    *list = (run){0, 0};
    return required ? ND_CORRUPT : ND_OK;
}

static inline uint64_t common_offset(const nd_table *t, uint64_t index) { return t->common_values_offset + 4 * index; }

// The hits of a call and what it may still take.
typedef struct {
    nd_hit *hits;
    size_t count, capacity;
    uint32_t *remaining, *left;
} sink;

static int take_common(
    const nd_table *t, const nd_pages *pages, uint32_t key, int required, uint32_t index, sink *out
) {
    run list;
    int status = find_common(t, pages, key, required, &list);
    if (status != ND_OK) return status;
    uint32_t taken = list.count < out->remaining[index] ? list.count : out->remaining[index];
    if (out->left) out->left[index] += list.count - taken;
    if (taken > out->capacity - out->count) return ND_CAPACITY;
    status = nd_pages_touch(pages, common_offset(t, list.first), 4 * (uint64_t)taken);
    if (status != ND_OK) return status;
    const uint8_t *values = pages->base + common_offset(t, list.first);
    for (uint32_t i = 0; i < taken; i++) {
        uint32_t value = nd_load32(values + 4 * (uint64_t)i);
        if (value >= t->value_limit) return ND_CORRUPT;
        out->hits[out->count + i] = (nd_hit){value, index};
    }
    out->count += taken;
    out->remaining[index] -= taken;
    return ND_OK;
}

static inline int take(const nd_table *t, const nd_pages *pages, uint32_t key, run bucket, uint32_t index, sink *out) {
    if (bucket.count == 0) return ND_OK;
    int status = touch_entries(t, pages, bucket);
    if (status != ND_OK) return status;
    uint64_t remainder = key & nd_low_bits(nd_remainder_bits(t)), values = nd_low_bits(t->value_bits);
    for (uint32_t i = 0; i < bucket.count; i++) {
        uint64_t entry = load_entry(t, pages, bucket.first + i);
        uint64_t value = entry & values;
        if (i == 0 && value == nd_bucket_is_common(t)) return take_common(t, pages, key, 0, index, out);
        if (entry >> t->value_bits < remainder) continue;
        if (entry >> t->value_bits > remainder) break;
        if (value == nd_key_is_common(t)) return take_common(t, pages, key, 1, index, out);
        if (value >= t->value_limit) return ND_CORRUPT;
        if (out->remaining[index] == 0) {
            if (out->left) out->left[index]++;
            continue;
        }
        if (out->count == out->capacity) return ND_CAPACITY;
        out->hits[out->count++] = (nd_hit){(uint32_t)value, index};
        out->remaining[index]--;
    }
    return ND_OK;
}

static inline void ask_for_lines(
    const nd_table *t, const nd_pages *pages, const uint64_t *keys, size_t from, size_t n
) {
    size_t end = from + GROUP < n ? from + GROUP : n;
    for (size_t i = from; i < end; i++) __builtin_prefetch(pages->base + line_offset(t, key_bits(keys[i])));
}

static int probe_group(
    const nd_table *t, const nd_pages *pages, const uint64_t *keys, size_t from, size_t end, sink *out
) {
    run buckets[GROUP];
    for (size_t i = from; i < end; i++) {
        run *bucket = buckets + (i - from);
        int status = locate(t, pages, key_bits(keys[i]), bucket);
        if (status != ND_OK) return status;
        if (bucket->count) __builtin_prefetch(pages->base + entry_offset(t, bucket->first));
    }
    for (size_t i = from; i < end; i++) {
        if (out->left) out->left[i] = 0;
        else if (out->remaining[i] == 0) continue;
        int status = take(t, pages, key_bits(keys[i]), buckets[i - from], (uint32_t)i, out);
        if (status != ND_OK) return status;
    }
    return ND_OK;
}

int nd_table_probe(
    const nd_table *t, const nd_pages *pages, const uint64_t *keys, size_t n, uint32_t *remaining, nd_hit *hits,
    size_t capacity, size_t *count, uint32_t *left
) {
    sink out = {hits, *count, capacity, remaining, left};
    int status = ND_OK;
    ask_for_lines(t, pages, keys, 0, n);
    for (size_t from = 0; from < n && status == ND_OK; from += GROUP) {
        ask_for_lines(t, pages, keys, from + GROUP, n);
        status = probe_group(t, pages, keys, from, from + GROUP < n ? from + GROUP : n, &out);
    }
    if (status == ND_OK) {
        *count = out.count;
        return ND_OK;
    }
    for (size_t i = *count; i < out.count; i++) remaining[hits[i].key_index]++; // as if nothing had been taken
    return status;
}

// The first value of a common list that is not below `low`, or UINT32_MAX.
static int first_not_below(const nd_table *t, const nd_pages *pages, run list, uint32_t low, uint32_t *found) {
    uint64_t from = list.first, to = list.first + list.count;
    *found = UINT32_MAX;
    while (from < to) {
        uint64_t middle = from + (to - from) / 2;
        int status = nd_pages_touch(pages, common_offset(t, middle), 4);
        if (status != ND_OK) return status;
        uint32_t value = nd_load32(pages->base + common_offset(t, middle));
        if (value >= t->value_limit) return ND_CORRUPT;
        if (value < low) {
            from = middle + 1;
        } else {
            *found = value;
            to = middle;
        }
    }
    return ND_OK;
}

int nd_table_range(
    const nd_table *t, const nd_pages *pages, uint64_t key, uint32_t low, uint32_t high, uint32_t *found
) {
    run bucket, list;
    *found = UINT32_MAX;
    int status = locate(t, pages, key_bits(key), &bucket);
    if (status != ND_OK || bucket.count == 0) return status;
    status = touch_entries(t, pages, bucket);
    if (status != ND_OK) return status;
    uint64_t remainder = key_bits(key) & nd_low_bits(nd_remainder_bits(t)), values = nd_low_bits(t->value_bits);
    for (uint32_t i = 0; i < bucket.count; i++) {
        uint64_t entry = load_entry(t, pages, bucket.first + i), value = entry & values;
        int all = i == 0 && value == nd_bucket_is_common(t);
        if (!all && entry >> t->value_bits != remainder) continue;
        if (all || value == nd_key_is_common(t)) {
            status = find_common(t, pages, key_bits(key), !all, &list);
            if (status == ND_OK) status = first_not_below(t, pages, list, low, found);
            if (*found >= high) *found = UINT32_MAX;
            return status;
        }
        if (value >= t->value_limit) return ND_CORRUPT;
        if (value >= low && value < high) {
            *found = (uint32_t)value;
            return ND_OK;
        }
    }
    return ND_OK;
}
