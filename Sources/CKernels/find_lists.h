// Finding the lists of keys, compiled once for each level: whoever includes this says which in ND_LEVEL, and how the function
// is named in ND_FIND_LISTS.
//
// Keys go through in groups, and a group in three steps: which lines its keys are on, which buckets those have for them, what the
// buckets hold. What a step reads was asked for in the step before, and other groups had their turns since.
#include "table_find.h"

// What keys are found with, worked out once a call.
typedef struct {
    const uint8_t *base, *verified;
    uint64_t lines_offset, entries_offset;
    uint64_t entry_count;
    uint64_t size;   // of the checked area
    uint64_t values; // the bits of an entry's value
    uint64_t value_limit;
    uint32_t bucket_shift, dropped_bits, bits, value_bits, remainder_bits;
#if ND_LEVEL >= 2
    int is_narrow;           // remainders of four entries lie within 16 bytes, and each within four
    __m256i halves, steps;   // what the first bit of each four adds, and of each one in its four
    __m256i remainder_mask;
#endif
} finder;

// The keys of a group: what the table keeps of each, and what of that an entry has; its line, in bytes from the area's start, and
// which of the line's buckets it has.
typedef struct {
    uint64_t lines[GROUP];
    uint32_t slots[GROUP], keys[GROUP], remainders[GROUP];
} key_group;

// A bucket's entries: where among the bits of all the first one begins, and where the bytes end that are read of them, from the
// area's start.
typedef struct {
    uint64_t bit, end;
    uint32_t first, count;
} bucket_run;

// How many entries of a bucket have a smaller remainder than a key, and how many the same. Within a bucket, whatever order its
// entries are in.
typedef struct {
    uint32_t before, count;
} entry_counts;

static inline finder make_finder(const nd_table *t, const nd_pages *pages) {
    finder f;
    f.base = pages->base;
    f.verified = pages->verified;
    f.lines_offset = t->lines_offset;
    f.entries_offset = t->entries_offset;
    f.entry_count = t->entries;
    f.size = pages->size;
    f.values = nd_low_bits(t->value_bits);
    f.value_limit = t->value_limit;
    f.bucket_shift = nd_bucket_shift(t);
    f.dropped_bits = nd_dropped_bits(t);
    f.bits = nd_entry_bits(t);
    f.value_bits = t->value_bits;
    f.remainder_bits = nd_remainder_bits(t);
#if ND_LEVEL >= 2
    int bits = (int)f.bits;
    f.is_narrow = 7 + 3 * f.bits + f.remainder_bits <= 128 && 7 + f.remainder_bits <= 32;
    f.halves = _mm256_setr_epi32(0, 0, 0, 0, 4 * bits, 4 * bits, 4 * bits, 4 * bits);
    f.steps = _mm256_setr_epi32(0, bits, 2 * bits, 3 * bits, 0, bits, 2 * bits, 3 * bits);
    f.remainder_mask = _mm256_set1_epi32((int)nd_low_bits(f.remainder_bits));
#endif
    return f;
}

static inline int is_verified(const finder *f, uint64_t offset) {
    return __atomic_load_n(f->verified + offset / ND_PAGE_BYTES, __ATOMIC_RELAXED);
}

static inline uint64_t entry_from(const finder *f, uint64_t bit) {
    return nd_load64(f->base + f->entries_offset + bit / 8) >> (bit & 7);
}

// Where in a bucket a key lies, and how many there are, is anyone's guess, so that a loop with a branch on it would cost more
// than going through all of it, and a little of what lies behind.
static inline entry_counts count_one_by_one(const finder *f, bucket_run bucket, uint64_t remainder) {
    entry_counts counts = {0, 0};
    // Remainders are compared where they stand in an entry.
    uint64_t bit = bucket.bit, wanted = remainder << f->value_bits;
    uint64_t rest = nd_low_bits(f->remainder_bits) << f->value_bits;
    if (bucket.count <= USUAL_BUCKET && (uint64_t)bucket.first + USUAL_BUCKET <= f->entry_count) {
        for (uint32_t i = 0; i < USUAL_BUCKET; i++, bit += f->bits) {
            uint64_t found = entry_from(f, bit) & rest;
            uint32_t is_inside = i < bucket.count;
            counts.before += is_inside & (found < wanted);
            counts.count += is_inside & (found == wanted);
        }
    } else {
        for (uint32_t i = 0; i < bucket.count; i++, bit += f->bits) {
            uint64_t found = entry_from(f, bit) & rest;
            counts.before += found < wanted;
            counts.count += found == wanted;
        }
    }
    return counts;
}

#if ND_LEVEL >= 2
// The same, eight entries at a step: two times four remainders, each brought to a lane of 32 bits by moving its four bytes
// there and then shifting out the bits before it.
static inline entry_counts count_entries(const finder *f, const bucket_run *bucket, uint32_t remainder) {
    entry_counts counts = {0, 0};
    if (__builtin_expect(!f->is_narrow || bucket->end > f->size, 0)) return count_one_by_one(f, *bucket, remainder);
    uint64_t at = bucket->bit + f->value_bits;
    const uint8_t *entries = f->base + f->entries_offset;
    const __m256i sevens = _mm256_set1_epi32(7), wanted = _mm256_set1_epi32((int)remainder);
    // Each lane's first byte, four times, and from there on one further each time.
    const __m256i same = _mm256_broadcastsi128_si256(_mm_setr_epi8(0, 0, 0, 0, 4, 4, 4, 4, 8, 8, 8, 8, 12, 12, 12, 12));
    const __m256i next = _mm256_set1_epi32(0x03020100);
    int left = (int)bucket->count;
    do {
        const uint8_t *low = entries + at / 8, *high = entries + (at + 4 * f->bits) / 8;
        __m256i bytes = _mm256_inserti128_si256(_mm256_castsi128_si256(_mm_loadu_si128((const __m128i *)low)),
                                                _mm_loadu_si128((const __m128i *)high), 1);
        __m256i first = _mm256_add_epi32(_mm256_set1_epi32((int)(uint32_t)at), f->halves);
        __m256i bit = _mm256_add_epi32(_mm256_and_si256(first, sevens), f->steps);
        __m256i from = _mm256_add_epi8(_mm256_shuffle_epi8(_mm256_srli_epi32(bit, 3), same), next);
        __m256i found = _mm256_srlv_epi32(_mm256_shuffle_epi8(bytes, from), _mm256_and_si256(bit, sevens));
        found = _mm256_and_si256(found, f->remainder_mask);
        uint32_t less = (uint32_t)_mm256_movemask_ps(_mm256_castsi256_ps(_mm256_cmpgt_epi32(wanted, found)));
        uint32_t equal = (uint32_t)_mm256_movemask_ps(_mm256_castsi256_ps(_mm256_cmpeq_epi32(wanted, found)));
        counts.before += (uint32_t)__builtin_popcount(_bzhi_u32(less, (uint32_t)left));
        counts.count += (uint32_t)__builtin_popcount(_bzhi_u32(equal, (uint32_t)left));
        left -= USUAL_BUCKET;
        at += USUAL_BUCKET * (uint64_t)f->bits;
    } while (__builtin_expect(left > 0, 0));
    return counts;
}
#else
static inline entry_counts count_entries(const finder *f, const bucket_run *bucket, uint32_t remainder) {
    return count_one_by_one(f, *bucket, remainder);
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

static inline size_t in_group(size_t from, size_t n) { return from >= n ? 0 : n - from < GROUP ? n - from : GROUP; }

// Works out where the keys of the group from `from` on are, and asks for their lines.
static inline void ask_for_group(const finder *f, const uint64_t *keys, size_t from, size_t n, key_group *group) {
    const size_t count = in_group(from, n);
    for (size_t i = 0; i < count; i++) {
        uint64_t bucket = keys[from + i] >> 32 >> f->bucket_shift, line = (uint32_t)bucket / ND_LINE_BUCKETS;
        group->lines[i] = f->lines_offset + line * ND_LINE_BYTES;
        group->slots[i] = (uint32_t)(bucket - line * ND_LINE_BUCKETS);
    }
    uint32_t remainders = (uint32_t)nd_low_bits(f->remainder_bits);
    for (size_t i = 0; i < count; i++) {
        uint32_t kept = (uint32_t)(keys[from + i] >> 32) >> f->dropped_bits;
        group->keys[i] = kept << f->dropped_bits;
        group->remainders[i] = kept & remainders;
    }
    for (size_t i = 0; i < count; i++) __builtin_prefetch(f->base + group->lines[i]);
}

// Finds the buckets of up to GROUP keys, and asks for their entries: as many as are gone through at least, and those lie across two
// lines more often than not.
static inline int read_lines(
    const finder *f, const nd_pages *pages, const key_group *group, size_t n, bucket_run *buckets
) {
    int is_touched = 1; // every page with the beginning of a bucket
    for (size_t i = 0; i < n; i++) {
        // A line doesn't cross a page, and all lines are within the area.
        if (__builtin_expect(!is_verified(f, group->lines[i]), 0)) {
            int status = nd_pages_verify(pages, group->lines[i], ND_LINE_BYTES);
            if (status != ND_OK) return status;
        }
        const uint8_t *line = f->base + group->lines[i];
        uint64_t first = (uint64_t)nd_load32(line) + sum_counts(line, group->slots[i]);
        uint32_t count = line[4 + group->slots[i]], read = count < USUAL_BUCKET ? USUAL_BUCKET : count + USUAL_BUCKET;
        if (__builtin_expect(first + count > f->entry_count, 0)) return ND_CORRUPT;
        uint64_t bit = first * f->bits, end = f->entries_offset + (bit + read * (uint64_t)f->bits) / 8 + 16;
        buckets[i] = (bucket_run){bit, end, (uint32_t)first, count};
        // Of an empty one nothing is read, and it may begin where the area ends: its line serves as well.
        is_touched &= is_verified(f, count ? f->entries_offset + bit / 8 : group->lines[i]);
    }
    for (size_t i = 0; i < n && !is_touched; i++) {
        if (buckets[i].count) nd_pages_ask(pages, f->entries_offset + buckets[i].bit / 8, 1);
    }
    // Nothing else is done between one bucket and the next, so that the processor looks up the pages of several at a time.
    const uint8_t *entries = f->base + f->entries_offset;
    for (size_t i = 0; i < n; i++) {
        __builtin_prefetch(entries + buckets[i].bit / 8);
        __builtin_prefetch(f->base + buckets[i].end - 16);
    }
    return ND_OK;
}

// Verifies the pages of a bucket's entries where they are not known to be verified.
static inline int verify_entries(const finder *f, const nd_pages *pages, const bucket_run *bucket) {
    uint64_t start = f->entries_offset + bucket->bit / 8;
    // Whatever is read is on two pages at most.
    if (__builtin_expect(bucket->end <= f->size && (is_verified(f, start) & is_verified(f, bucket->end - 1)), 1)) return ND_OK;
    if (bucket->count == 0) return ND_OK;
    uint64_t last = f->entries_offset + (bucket->bit + (bucket->count - 1) * (uint64_t)f->bits) / 8;
    return nd_pages_verify(pages, start, last + ND_PACKED_PADDING - start);
}

// What an entry says that is no value.
static int find_common_list(
    const nd_table *t, const nd_pages *pages, const bucket_run *bucket, uint64_t value, nd_list *list
) {
    if (value == nd_bucket_is_common(t) && bucket->count == 1) return find_in_common_bucket(t, pages, list);
    if (list->count == 0) return ND_OK;
    if (value != nd_key_is_common(t)) return ND_CORRUPT;
    *list = (nd_list){.count = ND_COMMON_RUN, .kind = ND_LIST_LONG, .key = list->key};
    ask_for_common(t, pages, list->key);
    return ND_OK;
}

// Finds a key's run among the entries of its bucket.
static inline int find_run(
    const nd_table *t, const nd_pages *pages, const finder *f, const bucket_run *bucket, uint32_t key, uint32_t remainder,
    nd_list *list
) {
    int status = verify_entries(f, pages, bucket);
    if (__builtin_expect(status != ND_OK, 0)) return status;
    entry_counts found = count_entries(f, bucket, remainder);
    // A bucket whose keys are all common has one entry, whatever its remainder.
    uint32_t before = found.count ? found.before : 0;
    uint64_t value = entry_from(f, bucket->bit + before * (uint64_t)f->bits) & f->values;
    *list = (nd_list){bucket->first + before, found.count, ND_LIST_PLAIN, (uint32_t)value, key};
    if (__builtin_expect((found.count | (bucket->count == 1)) && value >= f->value_limit, 0))
        return find_common_list(t, pages, bucket, value, list);
    return ND_OK;
}

int ND_FIND_LISTS(const nd_table *t, const nd_pages *pages, const uint64_t *keys, size_t n, nd_list *lists) {
    const finder f = make_finder(t, pages);
    key_group groups[3];
    bucket_run buckets[2][GROUP];
    ask_for_group(&f, keys, 0, n, groups);
    ask_for_group(&f, keys, GROUP, n, groups + 1);
    int status = read_lines(&f, pages, groups, in_group(0, n), buckets[0]);
    for (size_t from = 0, turn = 0; from < n && status == ND_OK; from += GROUP, turn++) {
        const key_group *group = groups + turn % 3;
        const bucket_run *found = buckets[turn % 2];
        ask_for_group(&f, keys, from + 2 * GROUP, n, groups + (turn + 2) % 3);
        status = read_lines(&f, pages, groups + (turn + 1) % 3, in_group(from + GROUP, n), buckets[(turn + 1) % 2]);
        const size_t count = in_group(from, n);
        for (size_t i = 0; i < count && status == ND_OK; i++)
            status = find_run(t, pages, &f, found + i, group->keys[i], group->remainders[i], lists + from + i);
    }
    return status;
}
