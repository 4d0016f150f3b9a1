#include "include/common_keys.h"
#include "table_find.h"

// Values turned into documents at a time, and documents whose keys are asked for together.
enum { STRETCH = 1024, AT_ONCE = 64 };

// Tables drop the lowest bits of keys.
static const uint32_t NO_KEY = UINT32_MAX;

// Reads key and length of a list of the directory. Lists follow each other without gaps: this one begins where `*next` says, which is
// then brought to its end.
static inline int read_entry(
    const nd_table *t, const nd_pages *pages, uint64_t number, uint64_t *next, uint32_t *key
) {
    uint64_t offset = common_key_offset(t, number);
    int status = nd_pages_touch(pages, offset, ND_COMMON_ENTRY_BYTES);
    if (status != ND_OK) return status;
    *key = nd_load32(pages->base + offset);
    uint32_t length = nd_load32(pages->base + offset + 4);
    if (nd_load64(pages->base + offset + 8) != *next || length > t->common_values - *next) return ND_CORRUPT;
    *next += length;
    return ND_OK;
}

int nd_common_keys_begin(
    const nd_table *t, const nd_ordinals *ordinals, const nd_pages *pages, uint32_t *starts, uint32_t *documents
) {
    if (t->common_values >= UINT32_MAX || nd_dropped_bits(t) == 0) return ND_CAPACITY;
    memset(starts, 0, (ordinals->documents + 2) * sizeof *starts);
    for (uint64_t from = 0; from < t->common_values; from += STRETCH) {
        size_t n = t->common_values - from < STRETCH ? (size_t)(t->common_values - from) : STRETCH;
        uint64_t offset = common_offset(t, from);
        int status = nd_pages_touch(pages, offset, 4 * n);
        if (status != ND_OK) return status;
        for (size_t i = 0; i < n; i++) documents[from + i] = nd_load32(pages->base + offset + 4 * i);
        status = nd_ordinal_documents(ordinals, pages, documents + from, 1, n, documents + from);
        if (status != ND_OK) return status;
        // Two places on: once each start has moved to the end of its keys, it is the start of the next document.
        for (size_t i = 0; i < n; i++) starts[2 + (uint64_t)documents[from + i]]++;
    }
    for (uint64_t d = 2; d < ordinals->documents + 2; d++) starts[d] += starts[d - 1];
    return ND_OK;
}

int nd_common_keys_fill(
    const nd_table *t, const nd_pages *pages, const uint32_t *documents, uint32_t *starts, uint32_t *keys
) {
    uint64_t next = 0;
    for (uint64_t number = 0; number < t->common_keys; number++) {
        uint64_t from = next;
        uint32_t key;
        int status = read_entry(t, pages, number, &next, &key);
        if (status != ND_OK) return status;
        for (; from < next; from++) keys[starts[1 + (uint64_t)documents[from]]++] = key;
    }
    return next == t->common_values ? ND_OK : ND_CORRUPT;
}

size_t nd_common_keys_places(size_t n) {
    size_t places = 16;
    while (places < 4 * n) places *= 2;
    return places;
}

static inline uint32_t place_of(uint32_t key, uint32_t shift) { return key * UINT32_C(0x9E3779B1) >> shift; }

// Where the keys of all are is asked for first, then the keys: nobody waits for one document's alone.
static int count_some(
    const nd_common_keys *common, const uint32_t *documents, size_t m, const uint32_t *places, uint32_t mask,
    uint32_t shift, uint32_t *counts
) {
    uint32_t starts[AT_ONCE], ends[AT_ONCE];
    for (size_t i = 0; i < m; i++) {
        if (documents[i] >= common->documents) return ND_CORRUPT;
        __builtin_prefetch(common->starts + documents[i]);
    }
    for (size_t i = 0; i < m; i++) {
        starts[i] = common->starts[documents[i]];
        ends[i] = common->starts[documents[i] + 1];
        if (starts[i] > ends[i] || ends[i] > common->count) return ND_CORRUPT;
        __builtin_prefetch(common->keys + starts[i]);
        __builtin_prefetch(common->keys + starts[i] + 16);
    }
    for (size_t i = 0; i < m; i++) {
        uint32_t shared = 0;
        for (uint32_t from = starts[i]; from < ends[i]; from++) {
            uint32_t key = common->keys[from], place = place_of(key, shift);
            // Two keys of a query may be one to the table: each counts.
            for (; places[place] != NO_KEY; place = (place + 1) & mask) shared += places[place] == key;
        }
        counts[i] += shared;
    }
    return ND_OK;
}

int nd_common_keys_count(
    const nd_common_keys *common, const nd_list *lists, size_t n, const uint32_t *documents, size_t m, uint32_t *places,
    uint32_t *counts
) {
    size_t size = nd_common_keys_places(n);
    uint32_t mask = (uint32_t)(size - 1), shift = 32 - (uint32_t)__builtin_ctzll(size);
    memset(places, 0xff, size * sizeof *places);
    int any = 0;
    for (size_t i = 0; i < n; i++) {
        if (lists[i].kind == ND_LIST_PLAIN) continue;
        any = 1;
        uint32_t place = place_of(lists[i].key, shift);
        while (places[place] != NO_KEY) place = (place + 1) & mask;
        places[place] = lists[i].key;
    }
    if (!any) return ND_OK;
    for (size_t from = 0; from < m; from += AT_ONCE) {
        const size_t some = m - from < AT_ONCE ? m - from : AT_ONCE;
        int status = count_some(common, documents + from, some, places, mask, shift, counts + from);
        if (status != ND_OK) return status;
    }
    return ND_OK;
}
