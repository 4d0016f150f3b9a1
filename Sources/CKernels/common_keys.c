#include "include/common_keys.h"
#include "table_find.h"

// Values turned into documents at a time, and documents whose numbers are asked for ahead.
enum { STRETCH = 512, AHEAD = 8 };

static const uint32_t NO_NUMBER = UINT32_MAX;

// Calls for each document of each common list: `take` is either of the two below, and is compiled into the loop.
typedef int (*taker)(void *context, const uint32_t *documents, size_t n, uint32_t number);

static inline int take_list(
    const nd_table *t, const nd_ordinals *ordinals, const nd_pages *pages, run list, taker take, void *context
) {
    uint32_t documents[STRETCH];
    for (uint64_t from = 0; from < list.count; from += STRETCH) {
        size_t n = list.count - from < STRETCH ? (size_t)(list.count - from) : STRETCH;
        uint64_t offset = common_offset(t, list.first + from);
        int status = nd_pages_touch(pages, offset, 4 * n);
        if (status != ND_OK) return status;
        for (size_t i = 0; i < n; i++) documents[i] = nd_load32(pages->base + offset + 4 * i);
        status = nd_ordinal_documents(ordinals, pages, documents, 1, n, documents);
        if (status == ND_OK) status = take(context, documents, n, list.number);
        if (status != ND_OK) return status;
    }
    return ND_OK;
}

static inline int take_all(
    const nd_table *t, const nd_ordinals *ordinals, const nd_pages *pages, taker take, void *context
) {
    uint64_t next = 0;
    for (uint64_t number = 0; number < t->common_keys; number++) {
        uint64_t offset = common_key_offset(t, number);
        int status = nd_pages_touch(pages, offset, ND_COMMON_ENTRY_BYTES);
        if (status != ND_OK) return status;
        run list = {nd_load64(pages->base + offset + 8), nd_load32(pages->base + offset + 4), (uint32_t)number};
        // Lists follow each other without gaps, so that all together they are no more than the table says.
        if (list.first != next || list.count > t->common_values - next) return ND_CORRUPT;
        next += list.count;
        status = take_list(t, ordinals, pages, list, take, context);
        if (status != ND_OK) return status;
    }
    return ND_OK;
}

static int count_documents(void *context, const uint32_t *documents, size_t n, uint32_t number) {
    (void)number;
    uint32_t *counts = context;
    for (size_t i = 0; i < n; i++) counts[documents[i]]++;
    return ND_OK;
}

int nd_common_keys_begin(const nd_table *t, const nd_ordinals *ordinals, const nd_pages *pages, uint32_t *starts) {
    if (t->common_values >= UINT32_MAX || t->common_keys >= NO_NUMBER) return ND_CAPACITY;
    uint64_t documents = ordinals->documents;
    memset(starts, 0, (documents + 2) * sizeof *starts);
    // Two places on: once each start has moved to the end of its numbers, it is the start of the next document.
    int status = take_all(t, ordinals, pages, count_documents, starts + 2);
    for (uint64_t d = 2; d < documents + 2; d++) starts[d] += starts[d - 1];
    return status;
}

typedef struct {
    uint32_t *next;
    uint32_t *numbers;
    uint64_t count;
} filler;

static int fill_numbers(void *context, const uint32_t *documents, size_t n, uint32_t number) {
    filler *f = context;
    for (size_t i = 0; i < n; i++) {
        uint32_t place = f->next[documents[i]]++;
        if (place >= f->count) return ND_CORRUPT; // the file is not what it was
        f->numbers[place] = number;
    }
    return ND_OK;
}

int nd_common_keys_fill(
    const nd_table *t, const nd_ordinals *ordinals, const nd_pages *pages, uint32_t *starts, uint32_t *numbers
) {
    filler f = {starts + 1, numbers, t->common_values};
    return take_all(t, ordinals, pages, fill_numbers, &f);
}

size_t nd_common_keys_places(size_t n) {
    size_t places = 16;
    while (places < 4 * n) places *= 2;
    return places;
}

static inline uint32_t place_of(uint32_t number, uint32_t shift) { return number * UINT32_C(0x9E3779B1) >> shift; }

int nd_common_keys_count(
    const nd_common_keys *keys, const nd_list *lists, size_t n, const uint32_t *documents, size_t m, uint32_t *places,
    uint32_t *counts
) {
    size_t size = nd_common_keys_places(n);
    uint32_t mask = (uint32_t)(size - 1), shift = 32 - (uint32_t)__builtin_ctzll(size);
    memset(places, 0xff, size * sizeof *places);
    for (size_t i = 0; i < n; i++) {
        if (lists[i].kind != ND_LIST_COMMON) continue;
        uint32_t place = place_of(lists[i].number, shift);
        while (places[place] != NO_NUMBER) place = (place + 1) & mask;
        places[place] = lists[i].number;
    }
    for (size_t i = 0; i < m && i < AHEAD; i++) {
        if (documents[i] < keys->documents) __builtin_prefetch(keys->starts + documents[i]);
    }
    for (size_t i = 0; i < m; i++) {
        if (i + AHEAD < m && documents[i + AHEAD] < keys->documents)
            __builtin_prefetch(keys->starts + documents[i + AHEAD]);
        if (i + AHEAD / 2 < m && documents[i + AHEAD / 2] < keys->documents)
            __builtin_prefetch(keys->numbers + keys->starts[documents[i + AHEAD / 2]]);
        if (documents[i] >= keys->documents) return ND_CORRUPT;
        uint32_t from = keys->starts[documents[i]], end = keys->starts[documents[i] + 1], shared = 0;
        if (from > end || end > keys->count) return ND_CORRUPT;
        for (; from < end; from++) {
            uint32_t number = keys->numbers[from], place = place_of(number, shift);
            // Two keys of a query may be one to the table: each counts.
            for (; places[place] != NO_NUMBER; place = (place + 1) & mask) shared += places[place] == number;
        }
        counts[i] += shared;
    }
    return ND_OK;
}
