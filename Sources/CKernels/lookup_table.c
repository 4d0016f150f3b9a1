#include "include/lookup_table.h"
#include "table_find.h"

int nd_table_check(const nd_table *t, const nd_pages *pages) {
    if (t->key_bits < ND_LEAST_KEY_BITS || t->key_bits > ND_KEY_BITS || t->bucket_bits > t->key_bits) return ND_CORRUPT;
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
    uint64_t remainder = nd_remainder(t, key), values = nd_low_bits(t->value_bits);
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

static int probe_group(
    const nd_table *t, const nd_pages *pages, const uint64_t *keys, size_t from, size_t end, sink *out
) {
    run buckets[GROUP];
    int status = locate_group(t, pages, keys + from, end - from, buckets);
    for (size_t i = from; i < end && status == ND_OK; i++) {
        if (out->left) out->left[i] = 0;
        else if (out->remaining[i] == 0) continue;
        status = take(t, pages, key_bits(t, keys[i]), buckets[i - from], (uint32_t)i, out);
    }
    return status;
}

int nd_table_probe(
    const nd_table *t, const nd_pages *pages, const uint64_t *keys, size_t n, uint32_t *remaining, nd_hit *hits,
    size_t capacity, size_t *count, uint32_t *left
) {
    sink out = {hits, *count, capacity, remaining, left};
    int status = ND_OK;
    ask_for_line_pages(t, pages, keys, n);
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
    int status = locate(t, pages, key_bits(t, key), &bucket);
    if (status != ND_OK || bucket.count == 0) return status;
    status = touch_entries(t, pages, bucket);
    if (status != ND_OK) return status;
    uint64_t remainder = nd_remainder(t, key_bits(t, key)), values = nd_low_bits(t->value_bits);
    for (uint32_t i = 0; i < bucket.count; i++) {
        uint64_t entry = load_entry(t, pages, bucket.first + i), value = entry & values;
        int all = i == 0 && value == nd_bucket_is_common(t);
        if (!all && entry >> t->value_bits != remainder) continue;
        if (all || value == nd_key_is_common(t)) {
            status = find_common(t, pages, key_bits(t, key), !all, &list);
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
