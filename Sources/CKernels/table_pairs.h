// Runs of sorted pairs and packed bits: what building a table at once and building it piece by piece share.
#ifndef ND_TABLE_PAIRS_H
#define ND_TABLE_PAIRS_H

#include "table_bytes.h"

static inline uint32_t pair_key(uint64_t pair) { return (uint32_t)(pair >> 32); }

// Where the run of equal keys that starts at `i` ends, looking no further than `end`.
static inline size_t run_end(const uint64_t *pairs, size_t i, size_t end) {
    uint32_t key = pair_key(pairs[i]);
    size_t j = i + 1;
    while (j < end && pair_key(pairs[j]) == key) j++;
    return j;
}

// The entries that a run takes in its bucket: one that points to the common directory if it is long.
static inline size_t run_entries(size_t length) { return length >= ND_COMMON_RUN ? 1 : length; }

// Where the bucket of the pair at `i` ends, and how many entries it would hold.
static inline size_t bucket_end(const uint64_t *pairs, size_t i, size_t n, uint32_t shift, size_t *entries) {
    uint64_t bucket = (uint64_t)pair_key(pairs[i]) >> shift;
    *entries = 0;
    while (i < n && (uint64_t)pair_key(pairs[i]) >> shift == bucket) {
        size_t end = run_end(pairs, i, n);
        *entries += run_entries(end - i);
        i = end;
    }
    return i;
}

// Whether the bucket or run that starts at `i` has ND_COMMON_RUN pairs or more; all others are plain, so that the
// hot loops look at one pair ahead in place of measuring each run.
static inline int is_long(const uint64_t *pairs, size_t i, size_t n, uint32_t shift) {
    return n - i >= ND_COMMON_RUN && pairs[i] >> shift == pairs[i + ND_COMMON_RUN - 1] >> shift;
}

// A run of ND_COMMON_RUN pairs holds a whole stretch of half as many that begins at a multiple of that.
enum { STRIDE = ND_COMMON_RUN / 2 };

// Where the first bucket of ND_COMMON_RUN pairs or more begins, from `i` on, which begins one.
static inline size_t next_long(const uint64_t *pairs, size_t i, size_t n, uint32_t shift) {
    if (shift == 64) return n < ND_COMMON_RUN ? n : i;
    for (size_t j = (i + STRIDE - 1) / STRIDE * STRIDE; j + STRIDE <= n; j += STRIDE) {
        uint64_t bucket = pairs[j] >> shift;
        if (bucket != pairs[j + STRIDE - 1] >> shift) continue;
        size_t start = j;
        while (start > i && pairs[start - 1] >> shift == bucket) start--;
        if (is_long(pairs, start, n, shift)) return start;
    }
    return n;
}

// Appends entries to the packed bits.
typedef struct {
    uint8_t *next;
    uint64_t pending;
    uint32_t pending_bits; // below 64
} bit_writer;

static inline void put_entry(bit_writer *w, uint64_t entry, uint32_t bits) {
    w->pending |= entry << w->pending_bits;
    uint32_t total = w->pending_bits + bits;
    if (total >= 64) {
        nd_store64(w->next, w->pending);
        w->next += 8;
        w->pending = w->pending_bits ? entry >> (64 - w->pending_bits) : 0;
        total -= 64;
    }
    w->pending_bits = total;
}

#endif
