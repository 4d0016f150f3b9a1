#include "include/lookup_lists.h"
#include "table_find.h"

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

// The same, tried first where another list had it: the keys of a site's template are on the same pages. Where it is not
// there it is mostly close: steps grow from there.
static inline uint32_t lower_bound_near(const uint8_t *values, uint32_t n, uint32_t low, uint32_t near) {
    uint32_t at = near < n ? near : n - 1, step = 1;
    if (nd_load32(values + 4 * (uint64_t)at) < low) {
        // `at` is below: go up to one that is not.
        while (n - at > step && nd_load32(values + 4 * (uint64_t)(at + step)) < low) {
            at += step;
            step *= 2;
        }
        uint32_t left = n - at - 1;
        return at + 1 + lower_bound(values + 4 * (uint64_t)(at + 1), step - 1 < left ? step - 1 : left, low);
    }
    // `at` is not below: go down to one that is.
    while (at >= step && nd_load32(values + 4 * (uint64_t)(at - step)) >= low) {
        at -= step;
        step *= 2;
    }
    uint32_t from = at >= step ? at - step + 1 : 0;
    return from + lower_bound(values + 4 * (uint64_t)from, at - from, low);
}

// The same as `seek`, on the page alone where the value is likely, which is then verified once; `*is_there` tells whether it is.
static int seek_on_page(
    const nd_table *t, const nd_pages *pages, const nd_list *list, uint32_t low, uint32_t *at, uint32_t *found,
    int *is_there
) {
    uint32_t near = *at < list->count ? *at : list->count - 1;
    uint64_t on_page = common_offset(t, list->first + near) % ND_PAGE_BYTES / 4;
    uint32_t from = near > on_page ? near - (uint32_t)on_page : 0, left = list->count - from;
    uint32_t n = near - from + (uint32_t)(ND_PAGE_BYTES / 4 - on_page);
    if (n > left) n = left;
    uint64_t offset = common_offset(t, list->first + from);
    int status = nd_pages_touch(pages, offset, 4 * (uint64_t)n);
    if (status != ND_OK) return status;
    const uint8_t *values = pages->base + offset;
    uint32_t here = lower_bound_near(values, n, low, near - from);
    *is_there = (here > 0 || from == 0) && (here < n || n == left);
    if (!*is_there) return ND_OK;
    *at = from + here;
    *found = here < n ? nd_load32(values + 4 * (uint64_t)here) : UINT32_MAX;
    return here < n && *found >= t->value_limit ? ND_CORRUPT : ND_OK;
}

// Lists up to this long are verified whole, and then searched without looking at marks of pages. Ranges are taken so many
// at a time that where each was found in the list before can be kept.
enum { WHOLE_LIST = 16384, RANGES = 64, LISTS_AHEAD = 8 };

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
        int is_there, status = seek_on_page(t, pages, list, ranges[i].low, places + i, &found, &is_there);
        if (status == ND_OK && !is_there) status = seek(t, pages, list, ranges[i].low, places + i, &found);
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
    size_t asked = 0;
    for (size_t i = 0; i < n; i++) {
        if (lists[i].count == 0) continue;
        if (lists[i].kind == ND_LIST_COMMON && t->value_limit > 0) {
            // Where they would be in the first list if its values lay evenly, and in one of another length in proportion.
            uint64_t count = lists[i].count;
            int is_first = before == 0;
            int is_alike = !is_first && count <= before + before / 8 && before <= count + count / 8;
            for (size_t r = 0; r < m && !is_alike; r++)
                places[r] = (uint32_t)(is_first ? count * ranges[r].low / t->value_limit : count * places[r] / before);
            before = count;
        }
        // Of the first list places are guessed; it tells where they are in the others.
        size_t ahead = i == 0 ? 1 : i + LISTS_AHEAD + 1;
        for (; asked < ahead && asked < n; asked++) ask_for_values(t, pages, lists + asked, places, m);
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
