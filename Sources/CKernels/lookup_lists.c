#include "include/lookup_lists.h"
#include "table_find.h"

// Entries of a bucket that are gone through in as many steps whatever their number.
enum { USUAL_BUCKET = 8 };

// Finds a key's run among the entries of its bucket. Where in a bucket a key lies, and how many there are, is anyone's guess,
// so that a loop with a branch on it would cost more than going through all of it, and a little of what lies behind.
static inline int find_run(const nd_table *t, const nd_pages *pages, run bucket, nd_list *list) {
    int status = touch_entries(t, pages, bucket);
    if (status != ND_OK) return status;
    uint64_t remainder = nd_remainder(t, list->key), values = nd_low_bits(t->value_bits);
    if ((load_entry(t, pages, bucket.first) & values) == nd_bucket_is_common(t)) {
        // Whether this key is among those of the bucket only the directory knows.
        run common;
        status = find_common(t, pages, list->key, 0, &common);
        list->kind = ND_LIST_COMMON;
        list->first = common.first;
        list->count = common.count;
        return status == ND_OK && common.count ? load_common(t, pages, common.first, &list->value) : status;
    }
    uint32_t bits = nd_entry_bits(t), before = 0, count = 0;
    const uint8_t *entries = pages->base + t->entries_offset;
    // Remainders are compared where they stand in an entry.
    uint64_t at = bucket.first * bits, wanted = remainder << t->value_bits;
    uint64_t rest = nd_low_bits(nd_remainder_bits(t)) << t->value_bits;
    if (bucket.count <= USUAL_BUCKET && bucket.first + USUAL_BUCKET <= t->entries) {
        for (uint32_t i = 0; i < USUAL_BUCKET; i++, at += bits) {
            uint64_t found = nd_load64(entries + at / 8) >> (at & 7) & rest;
            uint32_t is_inside = i < bucket.count;
            before += is_inside & (found < wanted);
            count += is_inside & (found == wanted);
        }
    } else {
        for (uint32_t i = 0; i < bucket.count; i++, at += bits) {
            uint64_t found = nd_load64(entries + at / 8) >> (at & 7) & rest;
            before += found < wanted;
            count += found == wanted;
        }
    }
    if (count == 0) return ND_OK;
    // Within the bucket, whatever order its entries are in.
    uint64_t value = load_entry(t, pages, bucket.first + before) & values;
    if (value == nd_key_is_common(t)) {
        list->kind = ND_LIST_LONG;
        list->count = ND_COMMON_RUN;
        return ND_OK;
    }
    if (value >= t->value_limit) return ND_CORRUPT;
    list->first = bucket.first + before;
    list->count = count;
    list->value = (uint32_t)value;
    return ND_OK;
}

static int find_group(
    const nd_table *t, const nd_pages *pages, const uint64_t *keys, size_t from, size_t end, nd_list *lists
) {
    run buckets[GROUP];
    for (size_t i = from; i < end; i++) {
        run *bucket = buckets + (i - from);
        int status = locate(t, pages, key_bits(t, keys[i]), bucket);
        if (status != ND_OK) return status;
        ask_for_entries(t, pages, *bucket);
    }
    for (size_t i = from; i < end; i++) {
        lists[i] = (nd_list){.key = key_bits(t, keys[i])};
        if (buckets[i - from].count == 0) continue;
        int status = find_run(t, pages, buckets[i - from], lists + i);
        if (status != ND_OK) return status;
    }
    return ND_OK;
}

void nd_table_ask(const nd_table *t, const nd_pages *pages, const uint64_t *keys, size_t n) {
    ask_for_line_pages(t, pages, keys, n);
    ask_for_lines(t, pages, keys, 0, n);
}

int nd_table_find(const nd_table *t, const nd_pages *pages, const uint64_t *keys, size_t n, nd_list *lists) {
    ask_for_line_pages(t, pages, keys, n);
    ask_for_lines(t, pages, keys, 0, n);
    for (size_t from = 0; from < n; from += GROUP) {
        ask_for_lines(t, pages, keys, from + GROUP, n);
        int status = find_group(t, pages, keys, from, from + GROUP < n ? from + GROUP : n, lists);
        if (status != ND_OK) return status;
    }
    return ND_OK;
}

int nd_list_resolve(const nd_table *t, const nd_pages *pages, nd_list *list) {
    if (list->kind != ND_LIST_LONG) return ND_OK;
    run common;
    int status = find_common(t, pages, list->key, 1, &common);
    if (status != ND_OK) return status;
    list->kind = ND_LIST_COMMON;
    list->first = common.first;
    list->count = common.count;
    return ND_OK;
}

int nd_lists_lengths(
    const nd_table *t, const nd_pages *pages, nd_list *lists, size_t n, const uint32_t *limits, uint32_t *counts
) {
    for (size_t i = 0; i < n; i++) {
        if (lists[i].kind == ND_LIST_LONG && lists[i].count < limits[i]) {
            int status = nd_list_resolve(t, pages, lists + i);
            if (status != ND_OK) return status;
        }
        counts[i] = lists[i].count < limits[i] ? lists[i].count : limits[i];
    }
    return ND_OK;
}

int nd_lists_room(
    const nd_table *t, const nd_pages *pages, nd_list *lists, size_t n, const uint32_t *limits, uint64_t *room
) {
    *room = 0;
    for (size_t i = 0; i < n; i++) {
        if (lists[i].kind == ND_LIST_LONG && limits[i] > 0) {
            int status = nd_list_resolve(t, pages, lists + i);
            if (status != ND_OK) return status;
        }
        *room += lists[i].count < limits[i] ? lists[i].count : limits[i];
    }
    return ND_OK;
}

int nd_lists_take(
    const nd_table *t, const nd_pages *pages, const nd_list *lists, size_t n, const uint32_t *limits, uint32_t *values
) {
    for (size_t i = 0; i < n; i++) {
        uint32_t count = lists[i].count < limits[i] ? lists[i].count : limits[i];
        int status = nd_list_values(t, pages, lists + i, 0, count, values);
        if (status != ND_OK) return status;
        values += count;
    }
    return ND_OK;
}

int nd_list_values(
    const nd_table *t, const nd_pages *pages, const nd_list *list, uint32_t from, uint32_t n, uint32_t *values
) {
    if (n == 0) return ND_OK;
    if (list->kind == ND_LIST_LONG || from > list->count || n > list->count - from) return ND_CORRUPT;
    if (list->kind == ND_LIST_PLAIN && from == 0 && n == 1) {
        *values = list->value;
        return ND_OK;
    }
    if (list->kind == ND_LIST_PLAIN) {
        // Whoever found the list has verified these pages.
        for (uint32_t i = 0; i < n; i++) {
            uint64_t value = load_entry(t, pages, list->first + from + i) & nd_low_bits(t->value_bits);
            if (value >= t->value_limit) return ND_CORRUPT;
            values[i] = (uint32_t)value;
        }
        return ND_OK;
    }
    int status = nd_pages_touch(pages, common_offset(t, list->first + from), 4 * (uint64_t)n);
    if (status != ND_OK) return status;
    const uint8_t *bytes = pages->base + common_offset(t, list->first + from);
    for (uint32_t i = 0; i < n; i++) {
        values[i] = nd_load32(bytes + 4 * (uint64_t)i);
        if (values[i] >= t->value_limit) return ND_CORRUPT;
    }
    return ND_OK;
}
