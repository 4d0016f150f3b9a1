// Lookups in a table as it was built, and in one whose bytes or geometry were changed while its checksums are right.
#include "CKernels.h"
#include "fuzzing.h"

enum { MOST_PAIRS = 300, KEYS = 24 };

static uint32_t no_checksum(const uint8_t *bytes, size_t length) {
    return (void)bytes, (void)length, 0;
}

typedef struct {
    nd_table table;
    nd_pages pages;
    uint8_t *area;
    uint64_t bad;
} built;

static uint64_t padded(uint64_t size) { return (size + ND_LINE_BYTES - 1) / ND_LINE_BYTES * ND_LINE_BYTES; }

static built build(const uint64_t *pairs, size_t count, uint32_t key_bits, uint64_t limit) {
    built b = {.table = {.key_bits = key_bits}};
    nd_table_plan(pairs, count, limit, &b.table);
    b.table.lines_offset = 0;
    b.table.entries_offset = padded(nd_table_lines_size(&b.table));
    b.table.common_directory_offset = b.table.entries_offset + padded(nd_table_entries_size(&b.table));
    b.table.common_values_offset = b.table.common_directory_offset + padded(nd_table_common_directory_size(&b.table));
    uint64_t size = b.table.common_values_offset + nd_table_common_values_size(&b.table);
    uint64_t pages = size / ND_PAGE_BYTES + 1;
    b.area = nd_exactly(size, 1);
    memset(b.area, 0, size);
    nd_table_pack(
        pairs, count, &b.table, b.area, b.area + b.table.entries_offset, b.area + b.table.common_directory_offset,
        b.area + b.table.common_values_offset
    );
    b.bad = ND_NO_PAGE;
    uint8_t *sums = calloc(pages, 4), *verified = calloc(pages, 1);
    ND_EXPECT(sums && verified);
    b.pages = (nd_pages){b.area, size, sums, verified, NULL, no_checksum};
    return b;
}

// Probes for some keys under small budgets and little room; returns the hits.
static size_t probe(built *b, const uint64_t *keys, uint32_t budget, size_t capacity, nd_hit *hits, int *status) {
    uint32_t remaining[KEYS], left[KEYS];
    for (int i = 0; i < KEYS; i++) remaining[i] = budget;
    size_t count = 0;
    *status = nd_table_probe(&b->table, &b->pages, keys, KEYS, remaining, hits, capacity, &count, left);
    ND_EXPECT(count <= capacity);
    uint64_t taken = 0;
    for (int i = 0; i < KEYS; i++) taken += budget - remaining[i];
    ND_EXPECT(taken == count);
    for (size_t i = 0; i < count; i++) ND_EXPECT(hits[i].value < b->table.value_limit && hits[i].key_index < KEYS);
    return count;
}

enum { RANGES = 5 };
static const nd_range ranges[RANGES] = {{0, 1}, {1, 20}, {40, 41}, {41, 150}, {150, UINT32_MAX}};

// Finds lists on whatever instructions there are, which must say the same; the kernel's status.
static int find_at_every_level(built *b, const uint64_t *keys, nd_list *lists) {
    nd_list best[KEYS];
    nd_table_ask(&b->table, &b->pages, keys, KEYS, 1);
    int status = nd_table_find(&b->table, &b->pages, keys, KEYS, best);
    nd_level level = nd_processor_level();
    nd_processor_use(ND_LEVEL_PORTABLE);
    ND_EXPECT(nd_table_find(&b->table, &b->pages, keys, KEYS, lists) == status);
    nd_processor_use(level);
    for (int i = 0; i < KEYS && status == ND_OK; i++) {
        ND_EXPECT(lists[i].first == best[i].first && lists[i].count == best[i].count && lists[i].kind == best[i].kind);
        ND_EXPECT(lists[i].value == best[i].value && lists[i].key == best[i].key);
    }
    return status;
}

// Finds lists, reads some of each and counts in ranges; the kernel's status. `firsts` are the first values.
static int find_lists(
    built *b, const uint64_t *keys, uint32_t most, nd_list *lists, uint32_t *firsts, uint32_t *counts
) {
    int status = find_at_every_level(b, keys, lists);
    for (int i = 0; i < KEYS && status == ND_OK; i++) {
        firsts[i] = UINT32_MAX;
        status = nd_list_resolve(&b->table, &b->pages, lists + i);
        uint32_t n = lists[i].count < most ? lists[i].count : most;
        if (status != ND_OK || lists[i].count == 0) continue;
        uint32_t *values = nd_exactly(n, 4);
        status = nd_list_values(&b->table, &b->pages, lists + i, lists[i].count - n, n, values);
        for (uint32_t v = 0; v < n && status == ND_OK; v++) ND_EXPECT(values[v] < b->table.value_limit);
        if (status == ND_OK) status = nd_list_values(&b->table, &b->pages, lists + i, 0, 1, firsts + i);
        free(values);
    }
    if (status != ND_OK) return status;
    for (int i = 0; i < RANGES; i++) counts[i] = 0;
    status = nd_lists_count(&b->table, &b->pages, lists, KEYS, ranges, RANGES, counts);
    for (int i = 0; i < RANGES; i++) ND_EXPECT(counts[i] <= KEYS);
    return status;
}

static void expect_right(built *b, const uint64_t *pairs, size_t count, const uint64_t *keys, uint32_t budget) {
    uint64_t kept = ~UINT64_C(0) << (64 - b->table.key_bits);
    // A key has no more values than there are pairs.
    size_t room = KEYS * (count < budget ? count : budget);
    nd_hit *hits = nd_exactly(room, sizeof *hits);
    int status;
    size_t found = probe(b, keys, budget, room, hits, &status), at = 0;
    ND_EXPECT(status == ND_OK);
    for (uint32_t key = 0; key < KEYS; key++) {
        uint32_t taken = 0, first = UINT32_MAX;
        for (size_t i = 0; i < count; i++) {
            if (pairs[i] >> 32 != (keys[key] & kept) >> 32) continue;
            if (first == UINT32_MAX) first = (uint32_t)pairs[i];
            if (taken == budget) continue;
            ND_EXPECT(at < found && hits[at].key_index == key && hits[at].value == (uint32_t)pairs[i]);
            at++;
            taken++;
        }
        uint32_t value;
        ND_EXPECT(nd_table_range(&b->table, &b->pages, keys[key], 0, UINT32_MAX, &value) == ND_OK && value == first);
    }
    ND_EXPECT(at == found);
    nd_list lists[KEYS];
    uint32_t firsts[KEYS];
    uint32_t counts[RANGES];
    ND_EXPECT(find_lists(b, keys, budget, lists, firsts, counts) == ND_OK);
    for (uint32_t key = 0; key < KEYS; key++) {
        uint32_t length = 0, first = UINT32_MAX, holds[RANGES] = {0};
        for (size_t i = 0; i < count; i++) {
            if (pairs[i] >> 32 != (keys[key] & kept) >> 32) continue;
            uint32_t value = (uint32_t)pairs[i];
            if (length++ == 0) first = value;
            for (int r = 0; r < RANGES; r++) holds[r] |= value >= ranges[r].low && value < ranges[r].high;
        }
        ND_EXPECT(lists[key].count == length && firsts[key] == first);
        for (int r = 0; r < RANGES; r++) counts[r] -= holds[r];
    }
    for (int r = 0; r < RANGES; r++) ND_EXPECT(counts[r] == 0);
    nd_table_fault fault;
    uint64_t all;
    ND_EXPECT(nd_table_verify(&b->table, &b->pages, NULL, &all, &fault) == ND_OK && all == count);
    free(hits);
}

// Turns the common lists round and counts in them, whatever the bytes hold.
static void turn_round(const built *b, const nd_ordinals *ordinals, const uint64_t *keys) {
    uint64_t values = b->table.common_values;
    if (values > 1 << 16) return;
    uint32_t *starts = nd_exactly(ordinals->documents + 2, 4), *owners = nd_exactly(values, 4), *turned_keys = nd_exactly(values, 4);
    int status = nd_common_keys_begin(&b->table, ordinals, &b->pages, starts, owners);
    if (status == ND_OK) status = nd_common_keys_fill(&b->table, &b->pages, owners, starts, turned_keys);
    if (status == ND_OK) {
        nd_list lists[KEYS] = {{0}};
        uint32_t documents[KEYS], counts[KEYS] = {0}, *places = nd_exactly(nd_common_keys_places(KEYS), 4);
        nd_common_keys turned = {starts, turned_keys, (uint32_t)ordinals->documents, (uint32_t)values};
        for (int i = 0; i < KEYS; i++) {
            lists[i].kind = i % 3 ? ND_LIST_COMMON : ND_LIST_PLAIN;
            lists[i].key = (uint32_t)(keys[i] >> 32);
            documents[i] = (uint32_t)(keys[i] % ordinals->documents);
        }
        ND_EXPECT(nd_common_keys_count(&turned, lists, KEYS, documents, KEYS, places, counts) == ND_OK);
        for (uint64_t d = 0; d < ordinals->documents; d++) ND_EXPECT(starts[d] <= starts[d + 1]);
        ND_EXPECT(starts[0] == 0 && starts[ordinals->documents] == values);
        documents[0] = (uint32_t)ordinals->documents;
        ND_EXPECT(nd_common_keys_count(&turned, lists, KEYS, documents, 1, places, counts) == ND_CORRUPT);
        free(places);
    }
    free(starts);
    free(owners);
    free(turned_keys);
}

static void survive(built *b, const uint64_t *keys, uint32_t budget, size_t capacity) {
    if (nd_table_check(&b->table, &b->pages) != ND_OK) return;
    nd_hit *hits = nd_exactly(capacity, sizeof *hits);
    int status;
    probe(b, keys, budget, capacity, hits, &status);
    for (int i = 0; i < KEYS; i++) {
        uint32_t value;
        nd_table_range(&b->table, &b->pages, keys[i], (uint32_t)keys[i] >> 20, UINT32_MAX, &value);
    }
    nd_list lists[KEYS];
    uint32_t firsts[KEYS];
    uint32_t counts[RANGES];
    find_lists(b, keys, budget, lists, firsts, counts);
    nd_table_fault fault;
    uint64_t all;
    uint8_t *seen = b->table.value_limit < 1 << 20 ? calloc(b->table.value_limit / 8 + 1, 1) : NULL;
    nd_table_verify(&b->table, &b->pages, seen, &all, &fault);
    free(seen);
    // The same bytes as a list of ordinals.
    uint32_t *documents = nd_exactly(capacity, 4);
    size_t some = capacity < 16 ? capacity : 16;
    for (size_t i = 0; i < some; i++) hits[i] = (nd_hit){(uint32_t)keys[i % KEYS] >> 12, 0};
    nd_ordinals ordinals = {1 + keys[0] % 64, 1 + keys[1] % 4096, 0, 4 * (2 + keys[0] % 64)};
    turn_round(b, &ordinals, keys);
    status = nd_ordinal_documents(&ordinals, &b->pages, &hits[0].value, 2, some, documents);
    for (size_t i = 0; status == ND_OK && i < some; i++) ND_EXPECT(documents[i] < ordinals.documents);
    if (status == ND_OK) {
        nd_range owned[16];
        status = nd_document_ranges(&ordinals, &b->pages, documents, some, owned);
        for (size_t i = 0; status == ND_OK && i < some; i++) {
            ND_EXPECT(owned[i].low <= hits[i].value && hits[i].value < owned[i].high);
        }
    }
    free(documents);
    free(hits);
}

static void mutate(built *b, nd_choices *choices) {
    uint64_t *geometry[] = {
        &b->table.value_limit,    &b->table.entries,        &b->table.common_keys,
        &b->table.common_values,  &b->table.lines_offset,   &b->table.entries_offset,
        &b->table.common_directory_offset, &b->table.common_values_offset,
    };
    while (choices->left > 0) {
        uint64_t what = nd_choose(choices, 1);
        if (what < 16) {
            uint64_t value = nd_choose(choices, 1 + what / 8 * 7);
            *geometry[what % 8] = what & 8 ? value : *geometry[what % 8] + value - 128;
        } else if (what < 20) {
            b->table.bucket_bits += (uint32_t)nd_choose(choices, 1) - 2;
        } else if (what < 22) {
            b->table.key_bits += (uint32_t)nd_choose(choices, 1) - 2;
        } else if (b->pages.size > 0) {
            b->area[nd_choose(choices, 3) % b->pages.size] ^= (uint8_t)nd_choose(choices, 1);
        }
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    nd_choices choices = {data, size};
    size_t count = nd_choose(&choices, 2) % MOST_PAIRS, capacity = nd_choose(&choices, 1);
    uint32_t budget = (uint32_t)nd_choose(&choices, 1), spread = (uint32_t)nd_choose(&choices, 1);
    uint64_t limit = count + nd_choose(&choices, 1), keys[KEYS];
    uint32_t key_bits = ND_KEY_BITS - (uint32_t)nd_choose(&choices, 1) % (ND_KEY_BITS - ND_LEAST_KEY_BITS + 1);
    uint64_t kept = ~UINT64_C(0) << (64 - key_bits);
    uint64_t *pairs = nd_exactly(count, 8), *scratch = nd_exactly(count, 8), key = 0;
    for (size_t i = 0; i < count; i++) {
        // Now and then a new key, near the last or far from it; else the last one again.
        uint64_t step = nd_choose(&choices, 1);
        if (step > spread || i == 0) key = (uint32_t)(step & 1 ? key + step / 2 : step * 2654435761u);
        pairs[i] = (key << 32 & kept) | i;
        if (i < KEYS) keys[i] = key << 32 | step;
    }
    for (size_t i = count; i < KEYS; i++) keys[i] = nd_choose(&choices, 4) << 32;
    keys[KEYS - 1] = UINT64_MAX;
    nd_sort_pairs(pairs, scratch, count);
    count = nd_unique_pairs(pairs, count);
    built b = build(pairs, count, key_bits, limit);
    b.pages.bad = &b.bad;
    ND_EXPECT(nd_table_check(&b.table, &b.pages) == ND_OK);
    expect_right(&b, pairs, count, keys, budget);
    mutate(&b, &choices);
    survive(&b, keys, budget, capacity);
    free((void *)b.pages.sums);
    free(b.pages.verified);
    free(b.area);
    free(pairs);
    free(scratch);
    return 0;
}
