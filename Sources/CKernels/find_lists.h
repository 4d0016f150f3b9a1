// Finding the lists of keys, compiled once for each level: whoever includes this says which in ND_LEVEL, and how the function
// is named in ND_FIND_LISTS.
#include "table_find.h"

// What of a table's geometry the entries of each bucket are gone through with.
typedef struct {
    const uint8_t *entries;
    uint64_t entry_count;
    uint64_t room; // bytes from the first entry to the end of the checked area
    uint32_t bits, value_bits, remainder_bits;
#if ND_LEVEL >= 2
    int is_narrow;           // remainders of four entries lie within 16 bytes, and each within four
    __m256i halves, steps;   // what the first bit of each four adds, and of each one in its four
    __m256i remainder_mask;
#endif
} entry_scan;

// How many entries of a bucket have a smaller remainder than a key, and how many the same. Within a bucket, whatever order its
// entries are in.
typedef struct {
    uint32_t before, count;
} entry_counts;

static inline entry_scan begin_scan(const nd_table *t, const nd_pages *pages) {
    entry_scan scan;
    scan.entries = pages->base + t->entries_offset;
    scan.entry_count = t->entries;
    scan.room = pages->size - t->entries_offset;
    scan.bits = nd_entry_bits(t);
    scan.value_bits = t->value_bits;
    scan.remainder_bits = nd_remainder_bits(t);
#if ND_LEVEL >= 2
    int bits = (int)scan.bits;
    scan.is_narrow = 7 + 3 * scan.bits + scan.remainder_bits <= 128 && 7 + scan.remainder_bits <= 32;
    scan.halves = _mm256_setr_epi32(0, 0, 0, 0, 4 * bits, 4 * bits, 4 * bits, 4 * bits);
    scan.steps = _mm256_setr_epi32(0, bits, 2 * bits, 3 * bits, 0, bits, 2 * bits, 3 * bits);
    scan.remainder_mask = _mm256_set1_epi32((int)nd_low_bits(scan.remainder_bits));
#endif
    return scan;
}

// Where in a bucket a key lies, and how many there are, is anyone's guess, so that a loop with a branch on it would cost more
// than going through all of it, and a little of what lies behind.
static inline entry_counts count_one_by_one(const entry_scan *scan, run bucket, uint64_t remainder) {
    entry_counts counts = {0, 0};
    // Remainders are compared where they stand in an entry.
    uint64_t at = bucket.first * scan->bits, wanted = remainder << scan->value_bits;
    uint64_t rest = nd_low_bits(scan->remainder_bits) << scan->value_bits;
    if (bucket.count <= USUAL_BUCKET && bucket.first + USUAL_BUCKET <= scan->entry_count) {
        for (uint32_t i = 0; i < USUAL_BUCKET; i++, at += scan->bits) {
            uint64_t found = nd_load64(scan->entries + at / 8) >> (at & 7) & rest;
            uint32_t is_inside = i < bucket.count;
            counts.before += is_inside & (found < wanted);
            counts.count += is_inside & (found == wanted);
        }
    } else {
        for (uint32_t i = 0; i < bucket.count; i++, at += scan->bits) {
            uint64_t found = nd_load64(scan->entries + at / 8) >> (at & 7) & rest;
            counts.before += found < wanted;
            counts.count += found == wanted;
        }
    }
    return counts;
}

#if ND_LEVEL >= 2
// The same, eight entries at a step: two times four remainders, each brought to a lane of 32 bits by moving its four bytes
// there and then shifting out the bits before it.
static inline entry_counts count_entries(const entry_scan *scan, run bucket, uint64_t remainder) {
    entry_counts counts = {0, 0};
    uint64_t at = bucket.first * scan->bits + scan->value_bits;
    uint64_t end = at + (uint64_t)(bucket.count + USUAL_BUCKET) * scan->bits;
    if (!scan->is_narrow || end / 8 + 16 > scan->room) return count_one_by_one(scan, bucket, remainder);
    const __m256i sevens = _mm256_set1_epi32(7), wanted = _mm256_set1_epi32((int)remainder);
    // Each lane's first byte, four times, and from there on one further each time.
    const __m256i same = _mm256_broadcastsi128_si256(_mm_setr_epi8(0, 0, 0, 0, 4, 4, 4, 4, 8, 8, 8, 8, 12, 12, 12, 12));
    const __m256i next = _mm256_set1_epi32(0x03020100);
    for (uint32_t i = 0; i < bucket.count; i += USUAL_BUCKET, at += USUAL_BUCKET * (uint64_t)scan->bits) {
        const uint8_t *low = scan->entries + at / 8, *high = scan->entries + (at + 4 * scan->bits) / 8;
        __m256i bytes = _mm256_inserti128_si256(_mm256_castsi128_si256(_mm_loadu_si128((const __m128i *)low)),
                                                _mm_loadu_si128((const __m128i *)high), 1);
        __m256i first = _mm256_add_epi32(_mm256_set1_epi32((int)(uint32_t)at), scan->halves);
        __m256i bit = _mm256_add_epi32(_mm256_and_si256(first, sevens), scan->steps);
        __m256i from = _mm256_add_epi8(_mm256_shuffle_epi8(_mm256_srli_epi32(bit, 3), same), next);
        __m256i found = _mm256_srlv_epi32(_mm256_shuffle_epi8(bytes, from), _mm256_and_si256(bit, sevens));
        found = _mm256_and_si256(found, scan->remainder_mask);
        uint32_t left = bucket.count - i, inside = left < USUAL_BUCKET ? (1u << left) - 1 : 255;
        __m256i is_less = _mm256_cmpgt_epi32(wanted, found), is_equal = _mm256_cmpeq_epi32(wanted, found);
        uint32_t less = (uint32_t)_mm256_movemask_ps(_mm256_castsi256_ps(is_less)) & inside;
        uint32_t equal = (uint32_t)_mm256_movemask_ps(_mm256_castsi256_ps(is_equal)) & inside;
        counts.before += (uint32_t)__builtin_popcount(less);
        counts.count += (uint32_t)__builtin_popcount(equal);
    }
    return counts;
}
#else
static inline entry_counts count_entries(const entry_scan *scan, run bucket, uint64_t remainder) {
    return count_one_by_one(scan, bucket, remainder);
}
#endif

// Of a bucket that lies in the common directory whole, only that knows which keys it has.
static int find_in_common_bucket(const nd_table *t, const nd_pages *pages, nd_list *list) {
    run common;
    int status = find_common(t, pages, list->key, 0, &common);
    list->kind = ND_LIST_COMMON;
    list->first = common.first;
    list->count = common.count;
    return status == ND_OK && common.count ? load_common(t, pages, common.first, &list->value) : status;
}

// Finds a key's run among the entries of its bucket.
static inline int find_run(
    const nd_table *t, const nd_pages *pages, const entry_scan *scan, run bucket, nd_list *list
) {
    int status = touch_entries(t, pages, bucket);
    if (status != ND_OK) return status;
    uint64_t values = nd_low_bits(t->value_bits);
    entry_counts found = count_entries(scan, bucket, nd_remainder(t, list->key));
    // Alone in its bucket, where "none" would be the answer otherwise.
    if (bucket.count == 1 && (load_entry(t, pages, bucket.first) & values) == nd_bucket_is_common(t))
        return find_in_common_bucket(t, pages, list);
    if (found.count == 0) return ND_OK;
    uint64_t value = load_entry(t, pages, bucket.first + found.before) & values;
    if (value >= t->value_limit) {
        if (value != nd_key_is_common(t)) return ND_CORRUPT;
        list->kind = ND_LIST_LONG;
        list->count = ND_COMMON_RUN;
        ask_for_common(t, pages, list->key);
        return ND_OK;
    }
    list->first = bucket.first + found.before;
    list->count = found.count;
    list->value = (uint32_t)value;
    return ND_OK;
}

// Finds the buckets of a group of keys, a group before they are read; lines are asked for another ahead.
static inline int prepare_group(
    const nd_table *t, const nd_pages *pages, const uint64_t *keys, size_t from, size_t n, run *buckets
) {
    if (from >= n) return ND_OK;
    ask_for_lines(t, pages, keys, from + GROUP, n);
    return locate_group(t, pages, keys + from, n - from < GROUP ? n - from : GROUP, buckets);
}

int ND_FIND_LISTS(const nd_table *t, const nd_pages *pages, const uint64_t *keys, size_t n, nd_list *lists) {
    run buckets[2][GROUP];
    entry_scan scan = begin_scan(t, pages);
    ask_for_lines(t, pages, keys, 0, n);
    int status = prepare_group(t, pages, keys, 0, n, buckets[0]);
    for (size_t from = 0, turn = 0; from < n && status == ND_OK; from += GROUP, turn ^= 1) {
        status = prepare_group(t, pages, keys, from + GROUP, n, buckets[turn ^ 1]);
        size_t end = from + GROUP < n ? from + GROUP : n;
        for (size_t i = from; i < end && status == ND_OK; i++) {
            run bucket = buckets[turn][i - from];
            lists[i] = (nd_list){.key = key_bits(t, keys[i])};
            if (bucket.count) status = find_run(t, pages, &scan, bucket, lists + i);
        }
    }
    return status;
}
