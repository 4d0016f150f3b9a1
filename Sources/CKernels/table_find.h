// Where a key lies in a table: its line, its bucket, its common list. What everything that looks up keys shares.
#ifndef ND_TABLE_FIND_H
#define ND_TABLE_FIND_H

#include "table_bytes.h"

#if defined(__SSE2__)
#include <emmintrin.h>
#endif

// Keys whose lines are asked for together: enough to cover a cache miss, few enough for the miss buffers.
enum { GROUP = 16 };

// A run of entries, or of common values.
typedef struct {
    uint64_t first;
    uint32_t count;
} run;

// The bits of a key that the table keeps, the others zero.
static inline uint32_t key_bits(const nd_table *t, uint64_t key) {
    return (uint32_t)(key >> 32) >> nd_dropped_bits(t) << nd_dropped_bits(t);
}

static inline uint64_t bucket_of(const nd_table *t, uint32_t key) { return (uint64_t)key >> nd_bucket_shift(t); }

static inline uint64_t line_offset(const nd_table *t, uint32_t key) {
    return t->lines_offset + bucket_of(t, key) / ND_LINE_BUCKETS * ND_LINE_BYTES;
}

static inline uint64_t entry_offset(const nd_table *t, uint64_t entry) {
    return t->entries_offset + entry * nd_entry_bits(t) / 8;
}

static inline uint64_t load_entry(const nd_table *t, const nd_pages *p, uint64_t entry) {
    uint64_t bits = entry * nd_entry_bits(t);
    return nd_load64(p->base + t->entries_offset + bits / 8) >> (bits & 7) & nd_low_bits(nd_entry_bits(t));
}

// The sum of the first `slots` counts of a line: one masked pass over all 64 bytes, without a branch on `slots`.
static inline uint32_t sum_counts(const uint8_t *line, uint32_t slots) {
    static const uint8_t masks[2 * ND_LINE_BYTES] = {
#define FF8 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff
        FF8, FF8, FF8, FF8, FF8, FF8, FF8, FF8,
#undef FF8
    };
    const uint8_t *mask = masks + ND_LINE_BYTES - 4 - slots;
#if defined(__SSE2__)
    __m128i sums = _mm_setzero_si128();
    for (int i = 0; i < 4; i++) {
        __m128i counts = _mm_loadu_si128((const __m128i *)(line + 16 * i));
        counts = _mm_and_si128(counts, _mm_loadu_si128((const __m128i *)(mask + 16 * i)));
        if (i == 0) counts = _mm_andnot_si128(_mm_cvtsi32_si128(-1), counts); // the line's first entry is no count
        sums = _mm_add_epi64(sums, _mm_sad_epu8(counts, _mm_setzero_si128()));
    }
    return (uint32_t)(_mm_cvtsi128_si32(sums) + _mm_cvtsi128_si32(_mm_unpackhi_epi64(sums, sums)));
#else
    const uint64_t even = UINT64_C(0x00ff00ff00ff00ff);
    uint64_t sum = 0; // four 16-bit sums; 60 * 255 fits one
    for (int i = 0; i < 8; i++) {
        uint64_t word, keep;
        memcpy(&word, line + 8 * i, 8);
        memcpy(&keep, mask + 8 * i, 8);
        word &= keep;
        if (i == 0) memset(&word, 0, 4); // the line's first entry is no count
        sum += (word & even) + (word >> 8 & even);
    }
    return (uint32_t)(sum * UINT64_C(0x0001000100010001) >> 48);
#endif
}

// Finds a key's bucket among the entries.
static inline int locate(const nd_table *t, const nd_pages *pages, uint32_t key, run *bucket) {
    uint64_t offset = line_offset(t, key);
    int status = nd_pages_touch(pages, offset, ND_LINE_BYTES);
    if (status != ND_OK) return status;
    const uint8_t *line = pages->base + offset;
    uint32_t slot = (uint32_t)(bucket_of(t, key) % ND_LINE_BUCKETS);
    bucket->first = (uint64_t)nd_load32(line) + sum_counts(line, slot);
    bucket->count = line[4 + slot];
    return bucket->first + bucket->count > t->entries ? ND_CORRUPT : ND_OK;
}

static inline int touch_entries(const nd_table *t, const nd_pages *pages, run bucket) {
    uint64_t start = entry_offset(t, bucket.first);
    uint64_t end = entry_offset(t, bucket.first + bucket.count - 1) + ND_PACKED_PADDING;
    return nd_pages_touch(pages, start, end - start);
}

// About where a key is in the common directory: keys are hashes.
static inline uint64_t likely_common(const nd_table *t, uint32_t key) { return t->common_keys * key >> ND_KEY_BITS; }

static inline uint64_t common_key_offset(const nd_table *t, uint64_t number) {
    return t->common_directory_offset + number * ND_COMMON_ENTRY_BYTES;
}

// Asks for what a search for a common key reads first.
static inline void ask_for_common(const nd_table *t, const nd_pages *pages, uint32_t key) {
    if (t->common_keys) __builtin_prefetch(pages->base + common_key_offset(t, likely_common(t, key)));
}

// Finds a key's list among the common ones. A key that an entry sends here must be here (`required`).
static inline int find_common(const nd_table *t, const nd_pages *pages, uint32_t key, int required, run *list) {
    // It lies within [low, high). First where it should be, next as far from there as the key found there tells; then outwards in
    // growing steps until there is a bound on either side, and last in halves.
    uint64_t low = 0, high = t->common_keys, probe = likely_common(t, key), step = 1;
    *list = (run){0, 0};
    for (int guesses = 1; low < high; guesses--) {
        uint64_t offset = common_key_offset(t, probe);
        int status = nd_pages_touch(pages, offset, ND_COMMON_ENTRY_BYTES);
        if (status != ND_OK) return status;
        const uint8_t *entry = pages->base + offset;
        uint32_t found = nd_load32(entry);
        if (found == key) {
            run values = {nd_load64(entry + 8), nd_load32(entry + 4)};
            if (values.first > t->common_values || values.count > t->common_values - values.first) return ND_CORRUPT;
            *list = values;
            return ND_OK;
        }
        uint64_t away = likely_common(t, found < key ? key - found : found - key);
        if (found < key) low = probe + 1;
        else high = probe;
        if (guesses > 0 && found < key) probe = high - low > away ? low + away : high - 1;
        else if (guesses > 0) probe = high - low > away ? high - 1 - away : low;
        else if (low == 0) probe = high > step ? high - step : 0;
        else if (high == t->common_keys) probe = high - low > step ? low + step - 1 : high - 1;
        else probe = low + (high - low) / 2;
        if (guesses <= 0) step *= 2;
    }
    return required ? ND_CORRUPT : ND_OK;
}

static inline uint64_t common_offset(const nd_table *t, uint64_t index) { return t->common_values_offset + 4 * index; }

static inline int load_common(const nd_table *t, const nd_pages *pages, uint64_t index, uint32_t *value) {
    uint64_t offset = common_offset(t, index);
    int status = nd_pages_touch(pages, offset, 4);
    if (status != ND_OK) return status;
    *value = nd_load32(pages->base + offset);
    return *value < t->value_limit ? ND_OK : ND_CORRUPT;
}

// Before the first key is looked up: the pages of all lines, where they were never touched; whether there were any.
static inline int ask_for_line_pages(const nd_table *t, const nd_pages *pages, const uint64_t *keys, size_t n) {
    int any = 0;
    for (size_t i = 0; i < n; i++) any |= nd_pages_ask(pages, line_offset(t, key_bits(t, keys[i])), ND_LINE_BYTES);
    return any;
}

// Entries of a bucket that are gone through in as many steps whatever their number.
enum { USUAL_BUCKET = 8 };

// Asks for the entries of buckets, from the disk where their page was never touched, else from memory: as many as are gone through
// at least, and those lie across two lines more often than not. Nothing else is done between one bucket and the next, so that the
// processor looks up the pages of several at a time.
static inline void ask_for_entries(const nd_table *t, const nd_pages *pages, const run *buckets, size_t n) {
    for (size_t i = 0; i < n && pages->ask; i++) {
        if (buckets[i].count) nd_pages_ask(pages, entry_offset(t, buckets[i].first), 1);
    }
    for (size_t i = 0; i < n; i++) __builtin_prefetch(pages->base + entry_offset(t, buckets[i].first));
    for (size_t i = 0; i < n; i++) {
        uint32_t count = buckets[i].count < USUAL_BUCKET ? USUAL_BUCKET : buckets[i].count;
        __builtin_prefetch(pages->base + entry_offset(t, buckets[i].first + count));
    }
}

// Finds the buckets of up to GROUP keys, and asks for their entries.
static inline int locate_group(
    const nd_table *t, const nd_pages *pages, const uint64_t *keys, size_t n, run *buckets
) {
    for (size_t i = 0; i < n; i++) {
        int status = locate(t, pages, key_bits(t, keys[i]), buckets + i);
        if (status != ND_OK) return status;
    }
    ask_for_entries(t, pages, buckets, n);
    return ND_OK;
}

static inline void ask_for_lines(
    const nd_table *t, const nd_pages *pages, const uint64_t *keys, size_t from, size_t n
) {
    size_t end = from + GROUP < n ? from + GROUP : n;
    for (size_t i = from; i < end; i++) __builtin_prefetch(pages->base + line_offset(t, key_bits(t, keys[i])));
}

#endif
