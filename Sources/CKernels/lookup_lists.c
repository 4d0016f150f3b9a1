#include "find_lists_avx2.h"
#include "processor.h"
#include "table_find.h"

#define ND_LEVEL 0
#define ND_FIND_LISTS find_lists
#include "find_lists.h"

int nd_table_ask(const nd_table *t, const nd_pages *pages, const uint64_t *keys, size_t n, int from_disk) {
    int any = from_disk ? ask_for_line_pages(t, pages, keys, n) : 0;
    ask_for_lines(t, pages, keys, 0, n);
    return any;
}

int nd_table_find(const nd_table *t, const nd_pages *pages, const uint64_t *keys, size_t n, nd_list *lists) {
#if defined(__x86_64__)
    if (nd_processor_level() >= ND_LEVEL_AVX2) return nd_find_lists_avx2(t, pages, keys, n, lists);
#endif
    return find_lists(t, pages, keys, n, lists);
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
        if (count == 0) continue;
        if (count == 1 && lists[i].kind == ND_LIST_PLAIN) {
            *values++ = lists[i].value;
            continue;
        }
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
