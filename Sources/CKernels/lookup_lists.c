#include "include/lookup_lists.h"
#include "table_find.h"

static inline int load_common(const nd_table *t, const nd_pages *pages, uint64_t index, uint32_t *value) {
    uint64_t offset = common_offset(t, index);
    int status = nd_pages_touch(pages, offset, 4);
    if (status != ND_OK) return status;
    *value = nd_load32(pages->base + offset);
    return *value < t->value_limit ? ND_OK : ND_CORRUPT;
}

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
    uint64_t at = bucket.first * bits, rest = nd_low_bits(nd_remainder_bits(t));
    if (bucket.count <= USUAL_BUCKET && bucket.first + USUAL_BUCKET <= t->entries) {
        for (uint32_t i = 0; i < USUAL_BUCKET; i++, at += bits) {
            uint64_t found = nd_load64(entries + at / 8) >> (at & 7) >> t->value_bits & rest;
            uint32_t is_inside = i < bucket.count;
            before += is_inside & (found < remainder);
            count += is_inside & (found == remainder);
        }
    } else {
        for (uint32_t i = 0; i < bucket.count; i++, at += bits) {
            uint64_t found = nd_load64(entries + at / 8) >> (at & 7) >> t->value_bits & rest;
            before += found < remainder;
            count += found == remainder;
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

// Finds the first value of a common list that is not below `low`, `*at` values into it; `*found` is UINT32_MAX and `*at` the
// list's length where there is none. Steps grow from where `*at` is, so that a value close by costs little.
static int seek(
    const nd_table *t, const nd_pages *pages, const nd_list *list, uint32_t low, uint32_t *at, uint32_t *found
) {
    uint32_t from = 0, to = list->count, probe = *at < to ? *at : to - 1, step = 1;
    *found = UINT32_MAX;
    while (from < to) {
        uint32_t value;
        int status = load_common(t, pages, list->first + probe, &value);
        if (status != ND_OK) return status;
        if (value < low) {
            from = probe + 1;
        } else {
            *found = value;
            to = probe;
        }
        // Outwards until there is a bound on either side, then halves.
        if (from == 0) probe = to > step ? to - step : 0;
        else if (to == list->count) probe = to - from > step ? from + step - 1 : to - 1;
        else probe = from + (to - from) / 2;
        step *= 2;
    }
    *at = from;
    return ND_OK;
}

// The first of `n` values that is not below `low`, or `n`: halves without a branch, so that searches overlap.
static inline uint32_t lower_bound(const uint8_t *values, uint32_t n, uint32_t low) {
    const uint8_t *from = values;
    while (n > 1) {
        uint32_t half = n / 2;
        from += nd_load32(from + 4 * (uint64_t)(half - 1)) < low ? 4 * (uint64_t)half : 0;
        n -= half;
    }
    return (uint32_t)((from - values) / 4) + (n == 1 && nd_load32(from) < low);
}

// The same, tried first where another list had it: the keys of a site's template are on the same pages.
static inline uint32_t lower_bound_near(const uint8_t *values, uint32_t n, uint32_t low, uint32_t near) {
    if (near < n && nd_load32(values + 4 * (uint64_t)near) < low) {
        near++;
        if (near == n || nd_load32(values + 4 * (uint64_t)near) >= low) return near;
    } else if (near < n && (near == 0 || nd_load32(values + 4 * (uint64_t)(near - 1)) < low)) {
        return near;
    }
    return lower_bound(values, n, low);
}

// Lists up to this long are verified whole, and then searched without looking at marks of pages. Ranges are taken so many
// at a time that where each was found in the list before can be kept.
enum { WHOLE_LIST = 16384, RANGES = 64, LISTS_AHEAD = 4 };

static int count_common(
    const nd_table *t, const nd_pages *pages, const nd_list *list, const nd_range *ranges, size_t m, uint32_t *counts,
    uint32_t *places
) {
    if (list->count <= WHOLE_LIST) {
        uint64_t offset = common_offset(t, list->first);
        int status = nd_pages_touch(pages, offset, 4 * (uint64_t)list->count);
        if (status != ND_OK) return status;
        const uint8_t *values = pages->base + offset;
        for (size_t i = 0; i < m; i++) {
            uint32_t at = places[i] = lower_bound_near(values, list->count, ranges[i].low, places[i]);
            if (at == list->count) continue;
            uint32_t found = nd_load32(values + 4 * (uint64_t)at);
            if (found >= t->value_limit) return ND_CORRUPT;
            counts[i] += found < ranges[i].high;
        }
        return ND_OK;
    }
    for (size_t i = 0; i < m; i++) {
        uint32_t found;
        int status = seek(t, pages, list, ranges[i].low, places + i, &found);
        if (status != ND_OK) return status;
        counts[i] += found < ranges[i].high;
    }
    return ND_OK;
}

// Asks for the values of a list to come where the list before had them.
static void ask_for_values(
    const nd_table *t, const nd_pages *pages, const nd_list *list, const uint32_t *places, size_t m
) {
    if (list->kind != ND_LIST_COMMON || list->count == 0) return;
    for (size_t i = 0; i < m; i++) {
        uint32_t place = places[i] < list->count ? places[i] : list->count - 1;
        __builtin_prefetch(pages->base + common_offset(t, list->first + place));
    }
}

// Values and ranges both ascend, and of a plain list there are few.
static void count_plain(
    const nd_table *t, const nd_pages *pages, const nd_list *list, const nd_range *ranges, size_t m, uint32_t *counts
) {
    uint64_t values = nd_low_bits(t->value_bits);
    uint32_t i = 0;
    for (size_t r = 0; r < m && i < list->count; r++) {
        uint32_t value = UINT32_MAX;
        while (i < list->count) {
            value = (uint32_t)(load_entry(t, pages, list->first + i) & values);
            if (value >= ranges[r].low) break;
            i++;
        }
        counts[r] += i < list->count && value < ranges[r].high;
    }
}

// Lists come the longest first: where a range was found in one is then about where it is in the next.
static int count_some(
    const nd_table *t, const nd_pages *pages, const nd_list *lists, size_t n, const nd_range *ranges, size_t m,
    uint32_t *counts
) {
    uint32_t places[RANGES] = {0};
    uint64_t before = 0; // the length of the common list before
    for (size_t i = 0; i < n; i++) {
        if (lists[i].kind == ND_LIST_COMMON && t->value_limit > 0) {
            // Where they would be in the first list if its values lay evenly, and in one of another length in proportion.
            uint64_t count = lists[i].count;
            int is_first = before == 0;
            int is_alike = !is_first && count <= before + before / 8 && before <= count + count / 8;
            for (size_t r = 0; r < m && !is_alike; r++)
                places[r] = (uint32_t)(is_first ? count * ranges[r].low / t->value_limit : count * places[r] / before);
            before = count;
        }
        if (i + LISTS_AHEAD < n) ask_for_values(t, pages, lists + i + LISTS_AHEAD, places, m);
        if (lists[i].kind == ND_LIST_LONG) return ND_CORRUPT;
        if (lists[i].kind == ND_LIST_PLAIN) {
            count_plain(t, pages, lists + i, ranges, m, counts);
            continue;
        }
        int status = count_common(t, pages, lists + i, ranges, m, counts, places);
        if (status != ND_OK) return status;
    }
    return ND_OK;
}

int nd_lists_count(
    const nd_table *t, const nd_pages *pages, const nd_list *lists, size_t n, const nd_range *ranges, size_t m,
    uint32_t *counts
) {
    int status = ND_OK;
    for (size_t from = 0; from < m && status == ND_OK; from += RANGES) {
        size_t some = m - from < RANGES ? m - from : RANGES;
        status = count_some(t, pages, lists, n, ranges + from, some, counts + from);
    }
    return status;
}
