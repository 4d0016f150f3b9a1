#include "include/lookup_table.h"
#include "table_bytes.h"

// Where a cursor stands.
enum { BETWEEN_BUCKETS = 0, IN_BUCKET = 1, IN_COMMON_BUCKET = 2 };

// The pairs of a call.
typedef struct {
    uint64_t *pairs;
    size_t count, capacity;
} room;

// Begins the list of the next key of the common directory, which must lie within [low, high]. `*begun` is 0 where it
// lies above; a bucket that lies in the directory whole ends there.
static int begin_list(
    const nd_table *t, const nd_pages *pages, nd_table_cursor *c, uint32_t low, uint32_t high, int *begun
) {
    *begun = 0;
    if (c->common_key == t->common_keys) return ND_OK;
    uint64_t offset = t->common_directory_offset + c->common_key * ND_COMMON_ENTRY_BYTES;
    int status = nd_pages_touch(pages, offset, ND_COMMON_ENTRY_BYTES);
    if (status != ND_OK) return status;
    const uint8_t *entry = pages->base + offset;
    uint32_t key = nd_load32(entry), count = nd_load32(entry + 4);
    if (key > high) return ND_OK;
    if (key & nd_low_bits(nd_dropped_bits(t))) return ND_CORRUPT;
    if (key < low || (c->common_key > 0 && key <= c->list_key)) return ND_CORRUPT;
    if (nd_load64(entry + 8) != c->common_value) return ND_CORRUPT;
    if (count == 0 || count > t->common_values - c->common_value) return ND_CORRUPT;
    c->common_key++;
    c->list_key = key;
    c->list_left = count;
    c->list_last = UINT64_MAX;
    *begun = 1;
    return ND_OK;
}

// Takes what there is room for of the list that was begun.
static int take_list(const nd_table *t, const nd_pages *pages, nd_table_cursor *c, room *out) {
    size_t room = out->capacity - out->count;
    uint64_t taken = c->list_left < room ? c->list_left : room;
    uint64_t offset = t->common_values_offset + 4 * c->common_value;
    int status = nd_pages_touch(pages, offset, 4 * taken);
    if (status != ND_OK) return status;
    for (uint64_t i = 0; i < taken; i++) {
        uint32_t value = nd_load32(pages->base + offset + 4 * i);
        if (value >= t->value_limit || (c->list_last != UINT64_MAX && value <= c->list_last)) return ND_CORRUPT;
        c->list_last = value;
        out->pairs[out->count++] = (uint64_t)c->list_key << 32 | value;
    }
    c->common_value += taken;
    c->list_left -= (uint32_t)taken;
    return c->list_left ? ND_CAPACITY : ND_OK;
}

// Finds the entries of the cursor's bucket. Lines must count on from each other.
static int begin_bucket(const nd_table *t, const nd_pages *pages, nd_table_cursor *c) {
    uint64_t slot = c->bucket % ND_LINE_BUCKETS;
    uint64_t offset = t->lines_offset + c->bucket / ND_LINE_BUCKETS * ND_LINE_BYTES;
    int status = nd_pages_touch(pages, offset, ND_LINE_BYTES);
    if (status != ND_OK) return status;
    if (slot == 0 && nd_load32(pages->base + offset) != c->entry) return ND_CORRUPT;
    c->left = pages->base[offset + 4 + slot];
    c->last = UINT64_MAX;
    c->state = IN_BUCKET;
    if (c->left == 0) return ND_OK;
    if (c->left > t->entries - c->entry) return ND_CORRUPT;
    uint64_t bits = nd_entry_bits(t);
    uint64_t start = c->entry * bits / 8, end = (c->entry + c->left - 1) * bits / 8 + ND_PACKED_PADDING;
    return nd_pages_touch(pages, t->entries_offset + start, end - start);
}

// Takes the plain entries of the bucket, up to one that points to the common directory, whose list is then begun.
static int take_entries(
    const nd_table *t, const nd_pages *pages, nd_table_cursor *c, uint64_t key_end, room *out, int *done
) {
    uint32_t bits = nd_entry_bits(t);
    uint64_t values = nd_low_bits(t->value_bits), base = c->bucket << nd_bucket_shift(t);
    while (c->left) {
        uint64_t at = c->entry * bits;
        uint64_t entry = nd_load64(pages->base + t->entries_offset + at / 8) >> (at & 7) & nd_low_bits(bits);
        uint64_t value = entry & values, key = base | entry >> t->value_bits << nd_dropped_bits(t);
        if (c->last == UINT64_MAX && c->left == 1 && entry == nd_bucket_is_common(t)) {
            c->entry++;
            c->left = 0;
            c->state = IN_COMMON_BUCKET;
            return ND_OK;
        }
        if (key >= key_end) {
            *done = 1;
            return ND_OK;
        }
        if (c->last != UINT64_MAX && entry <= c->last) return ND_CORRUPT;
        if (value == nd_key_is_common(t)) {
            int begun;
            if (c->last != UINT64_MAX && c->last >> t->value_bits == entry >> t->value_bits) return ND_CORRUPT;
            int status = begin_list(t, pages, c, (uint32_t)key, (uint32_t)key, &begun);
            if (status != ND_OK || !begun) return status != ND_OK ? status : ND_CORRUPT;
            c->last = entry;
            c->entry++;
            c->left--;
            return ND_OK;
        }
        if (value >= t->value_limit) return ND_CORRUPT;
        if (out->count == out->capacity) return ND_CAPACITY;
        out->pairs[out->count++] = key << 32 | value;
        c->last = entry;
        c->entry++;
        c->left--;
    }
    c->state = BETWEEN_BUCKETS;
    c->bucket++;
    return ND_OK;
}

// Goes on to the next key of a bucket that lies in the common directory whole.
static int next_of_common_bucket(
    const nd_table *t, const nd_pages *pages, nd_table_cursor *c, uint64_t key_end, int *done
) {
    uint32_t bits = nd_bucket_shift(t);
    uint64_t first = c->bucket << bits, last = first + nd_low_bits(bits);
    if (key_end <= last) last = key_end - 1;
    int begun;
    int status = begin_list(t, pages, c, (uint32_t)first, (uint32_t)last, &begun);
    if (status != ND_OK || begun) return status;
    if (last == key_end - 1 && last != first + nd_low_bits(bits)) {
        *done = 1;
        return ND_OK;
    }
    c->state = BETWEEN_BUCKETS;
    c->bucket++;
    return ND_OK;
}

int nd_table_read(
    const nd_table *t, const nd_pages *pages, nd_table_cursor *c, uint64_t key_end, uint64_t *pairs, size_t capacity,
    size_t *count
) {
    room out = {pairs, *count, capacity};
    uint64_t buckets = UINT64_C(1) << t->bucket_bits;
    int status = ND_OK, done = 0;
    // Each round takes a list, an entry or a bucket, of which there are as many as the geometry says.
    while (status == ND_OK && !done) {
        if (c->list_left) {
            if (c->list_key >= key_end) break;
            status = take_list(t, pages, c, &out);
        } else if (c->state == IN_BUCKET) {
            status = take_entries(t, pages, c, key_end, &out, &done);
        } else if (c->state == IN_COMMON_BUCKET) {
            status = next_of_common_bucket(t, pages, c, key_end, &done);
        } else if (c->bucket < buckets) {
            if (c->bucket << nd_bucket_shift(t) >= key_end) break;
            status = begin_bucket(t, pages, c);
        } else {
            // The end: everything must have been met on the way.
            int isWhole = c->entry == t->entries && c->common_key == t->common_keys;
            if (!isWhole || c->common_value != t->common_values) status = ND_CORRUPT;
            break;
        }
    }
    *count = out.count;
    return status;
}

// The first key of the common directory that is not below `key`.
static int common_not_below(const nd_table *t, const nd_pages *pages, uint64_t key, uint64_t *found) {
    uint64_t low = 0, high = t->common_keys;
    while (low < high) {
        uint64_t middle = low + (high - low) / 2;
        uint64_t offset = t->common_directory_offset + middle * ND_COMMON_ENTRY_BYTES;
        int status = nd_pages_touch(pages, offset, ND_COMMON_ENTRY_BYTES);
        if (status != ND_OK) return status;
        if (nd_load32(pages->base + offset) < key) low = middle + 1;
        else high = middle;
    }
    *found = low;
    return ND_OK;
}

int nd_table_seek(const nd_table *t, const nd_pages *pages, uint32_t key, nd_table_cursor *c) {
    memset(c, 0, sizeof *c);
    c->bucket = (uint64_t)key >> nd_bucket_shift(t);
    uint64_t slot = c->bucket % ND_LINE_BUCKETS;
    uint64_t offset = t->lines_offset + c->bucket / ND_LINE_BUCKETS * ND_LINE_BYTES;
    int status = nd_pages_touch(pages, offset, ND_LINE_BYTES);
    if (status != ND_OK) return status;
    c->entry = nd_load32(pages->base + offset);
    for (uint64_t i = 0; i < slot; i++) c->entry += pages->base[offset + 4 + i];
    if (c->entry > t->entries) return ND_CORRUPT;
    status = common_not_below(t, pages, c->bucket << nd_bucket_shift(t), &c->common_key);
    if (status != ND_OK) return status;
    c->common_value = t->common_values;
    uint64_t entry = t->common_directory_offset + c->common_key * ND_COMMON_ENTRY_BYTES;
    if (c->common_key < t->common_keys) {
        // Its page was verified by the search, or is now.
        status = nd_pages_touch(pages, entry, ND_COMMON_ENTRY_BYTES);
        if (status != ND_OK) return status;
        c->common_value = nd_load64(pages->base + entry + 8);
        if (c->common_value > t->common_values) return ND_CORRUPT;
    }
    if (c->common_key > 0) {
        status = nd_pages_touch(pages, entry - ND_COMMON_ENTRY_BYTES, ND_COMMON_ENTRY_BYTES);
        if (status != ND_OK) return status;
        c->list_key = nd_load32(pages->base + entry - ND_COMMON_ENTRY_BYTES);
    }
    return ND_OK;
}

void nd_values_add(uint64_t *pairs, size_t n, uint32_t added) {
    // The sum of value and addend is below 2^32, so that nothing reaches the key.
    for (size_t i = 0; i < n; i++) pairs[i] += added;
}

size_t nd_values_rank(uint64_t *pairs, size_t n, const uint64_t *ranks) {
    size_t kept = 0;
    for (size_t i = 0; i < n; i++) {
        uint32_t value = (uint32_t)pairs[i];
        uint64_t bits = ranks[2 * (uint64_t)(value >> 6)], before = ranks[2 * (uint64_t)(value >> 6) + 1];
        uint64_t below = bits & ((UINT64_C(1) << (value & 63)) - 1);
        // Without a branch: which values stay is anyone's guess. `kept` never passes `i`.
        pairs[kept] = (pairs[i] & ~UINT64_C(0xffffffff)) | (before + (uint64_t)__builtin_popcountll(below));
        kept += bits >> (value & 63) & 1;
    }
    return kept;
}

void nd_values_runs(uint64_t *pairs, size_t n, const uint64_t *runs) {
    enum { AHEAD = 8 };
    for (size_t i = 0; i < n; i++) {
        if (i + AHEAD < n) __builtin_prefetch(runs + 2 * (uint64_t)((uint32_t)pairs[i + AHEAD] >> 6));
        uint32_t value = (uint32_t)pairs[i];
        uint64_t bits = runs[2 * (uint64_t)(value >> 6)], before = runs[2 * (uint64_t)(value >> 6) + 1];
        uint64_t begun = bits & (~UINT64_C(0) >> (63 - (value & 63)));
        pairs[i] = (pairs[i] & ~UINT64_C(0xffffffff)) | (before + (uint64_t)__builtin_popcountll(begun) - 1);
    }
}
