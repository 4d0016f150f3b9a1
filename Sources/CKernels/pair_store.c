#include "include/pair_store.h"
#include "bmi2.h"
#include "include/join.h"

#include <string.h>

enum { PART_SHIFT = 64 - ND_PART_BITS, CHUNK_MASK = ND_CHUNK_PAIRS - 1 };

size_t nd_pair_chunks(size_t n) { return n / ND_CHUNK_PAIRS + (n < ND_PARTS ? n : ND_PARTS); }

static inline void put(nd_pair_store *store, uint64_t *pairs, uint8_t *owners, uint64_t key, uint32_t value) {
    uint64_t part = key >> PART_SHIFT, tail = store->tails[part];
    if (!(tail & CHUNK_MASK)) {
        owners[store->chunks] = (uint8_t)part;
        tail = store->chunks++ * ND_CHUNK_PAIRS;
    }
    pairs[tail] = (key & ~UINT64_C(0xffffffff)) | value;
    store->tails[part] = tail + 1;
}

void nd_pairs_add(
    nd_pair_store *store, uint64_t *pairs, uint8_t *owners, const uint64_t *keys, uint32_t key_bits, size_t n,
    uint32_t first, uint32_t step
) {
    uint64_t kept = ~UINT64_C(0) << (64 - key_bits);
    for (size_t i = 0; i < n; i++, first += step) put(store, pairs, owners, keys[i] & kept, first);
}

void nd_pairs_put(nd_pair_store *store, uint64_t *pairs, uint8_t *owners, const uint64_t *added, size_t n) {
    for (size_t i = 0; i < n; i++) put(store, pairs, owners, added[i], (uint32_t)added[i]);
}

// Chunks lie all over the memory; none is near the one before.
static inline void ask_for_chunk(const uint64_t *pairs) {
    for (size_t i = 0; i < ND_CHUNK_PAIRS; i += 8) __builtin_prefetch(pairs + i);
}

void nd_part_gather(const uint64_t *pairs, const uint32_t *order, size_t chunks, size_t n, uint64_t *out) {
    for (size_t chunk = 0; chunk < chunks; chunk++) {
        size_t left = n - chunk * ND_CHUNK_PAIRS, length = left < ND_CHUNK_PAIRS ? left : ND_CHUNK_PAIRS;
        const uint64_t *from = pairs + (size_t)order[chunk] * ND_CHUNK_PAIRS;
        if (chunk + 1 < chunks) ask_for_chunk(pairs + (size_t)order[chunk + 1] * ND_CHUNK_PAIRS);
        memcpy(out + chunk * ND_CHUNK_PAIRS, from, length * sizeof *out);
    }
}

void nd_part_put(uint64_t *pairs, const uint32_t *order, const uint64_t *from, size_t n) {
    for (size_t start = 0; start < n; start += ND_CHUNK_PAIRS) {
        size_t left = n - start, length = left < ND_CHUNK_PAIRS ? left : ND_CHUNK_PAIRS;
        memcpy(pairs + (size_t)order[start / ND_CHUNK_PAIRS] * ND_CHUNK_PAIRS, from + start, length * sizeof *from);
    }
}

void nd_pair_chunk_order(const nd_pair_store *store, const uint8_t *owners, uint32_t *order, uint32_t *starts) {
    uint32_t next[ND_PARTS] = {0}, sum = 0;
    for (uint64_t chunk = 0; chunk < store->chunks; chunk++) next[owners[chunk]]++;
    for (uint32_t part = 0; part < ND_PARTS; part++) {
        uint32_t count = next[part];
        starts[part] = next[part] = sum;
        sum += count;
    }
    starts[ND_PARTS] = sum;
    for (uint64_t chunk = 0; chunk < store->chunks; chunk++) order[next[owners[chunk]]++] = (uint32_t)chunk;
}

size_t nd_part_pairs(const nd_pair_store *store, uint32_t part, size_t chunks) {
    uint64_t open = store->tails[part] & CHUNK_MASK;
    return chunks * ND_CHUNK_PAIRS - (chunks && open ? ND_CHUNK_PAIRS - open : 0);
}

// Sorting a part. Keys are hashes: after a stable pass or two by so many bits that few pairs share a digit, what is left
// is to put neighbours in order.
enum { MOST_DIGITS = 1 << 9 };

// Where each digit's pairs begin, from how many there are.
static void place(uint32_t *counts, size_t digits) {
    uint32_t start = 0;
    for (size_t digit = 0; digit < digits; digit++) {
        uint32_t count = counts[digit];
        counts[digit] = start;
        start += count;
    }
}

static inline size_t chunk_length(size_t chunk, size_t n) {
    size_t left = n - chunk * ND_CHUNK_PAIRS;
    return left < ND_CHUNK_PAIRS ? left : ND_CHUNK_PAIRS;
}

ND_FOR_BOTH void pass(const uint64_t *from, uint64_t *to, size_t n, int shift, uint32_t bits, uint32_t *counts) {
    uint64_t mask = (UINT64_C(1) << bits) - 1;
    for (size_t i = 0; i < n; i++) to[counts[from[i] >> shift & mask]++] = from[i];
}

static void count_digits(const uint64_t *from, size_t n, int shift, uint32_t bits, uint32_t *counts) {
    uint64_t mask = (UINT64_C(1) << bits) - 1;
    for (size_t i = 0; i < n; i++) counts[from[i] >> shift & mask]++;
}

// Whether pairs are in order.
typedef enum { ND_OUT_OF_ORDER, ND_DISTINCT, ND_REPEATED } nd_order;

// Puts neighbours in order, except where that would take too many moves, as with keys that were chosen to agree.
static nd_order sort_neighbours(uint64_t *pairs, size_t n) {
    // Without a branch: most pairs that are out of order have to change places with a neighbour.
    uint64_t highest = n ? pairs[0] : 0;
    for (size_t i = 1; i < n; i++) {
        uint64_t pair = pairs[i];
        pairs[i - 1] = pair < highest ? pair : highest;
        highest = pair < highest ? highest : pair;
    }
    if (n) pairs[n - 1] = highest;
    size_t moves = 0, most = 32 * n + 1024;
    uint64_t before = n ? pairs[0] : 0;
    int is_repeated = 0;
    for (size_t i = 1; i < n; i++) {
        uint64_t pair = pairs[i];
        is_repeated |= pair == before;
        if (__builtin_expect(before <= pair, 1)) {
            before = pair;
            continue;
        }
        size_t j = i;
        do {
            pairs[j] = pairs[j - 1];
            j--;
        } while (j > 0 && pairs[j - 1] > pair);
        pairs[j] = pair;
        is_repeated |= j > 0 && pairs[j - 1] == pair;
        moves += i - j;
        if (moves > most) return ND_OUT_OF_ORDER;
    }
    return is_repeated ? ND_REPEATED : ND_DISTINCT;
}

// By how many bits to sort before neighbours are put in order: few of `n` pairs then share a digit.
static uint32_t digit_bits(size_t n) {
    uint32_t bits = 0;
    while (bits < 17 && n >> bits > 0) bits++;
    return bits + 1;
}

void nd_sort_pairs(uint64_t *pairs, uint64_t *scratch, size_t n) {
    uint64_t differing = 0;
    for (size_t i = 0; i < n; i++) differing |= pairs[i] ^ pairs[0];
    // Pairs of a range of keys agree in their first bits.
    differing >>= 32;
    if (!differing) return;
    uint32_t varying = 64 - (uint32_t)__builtin_clzll(differing), bits = digit_bits(n);
    if (bits > varying) bits = varying;
    uint32_t low = bits / 2, high = bits - low;
    int high_shift = (int)(32 + varying - high), low_shift = high_shift - (int)low;
    uint32_t low_counts[MOST_DIGITS] = {0}, high_counts[MOST_DIGITS] = {0};
    count_digits(pairs, n, low_shift, low, low_counts);
    count_digits(pairs, n, high_shift, high, high_counts);
    place(low_counts, (size_t)1 << low);
    place(high_counts, (size_t)1 << high);
    pass(pairs, scratch, n, low_shift, low, low_counts);
    pass(scratch, pairs, n, high_shift, high, high_counts);
    if (sort_neighbours(pairs, n) == ND_OUT_OF_ORDER) nd_sort_by_high(pairs, scratch, n);
}

ND_FOR_BOTH size_t part_sort(
    const uint64_t *pairs, const uint32_t *order, size_t chunks, size_t n, uint64_t *out, uint64_t *scratch
) {
    uint32_t bits = digit_bits(n);
    // The first pass reads the chunks: by the lower half of the bits where there are two, else by all.
    uint32_t low = bits > 8 ? bits / 2 : bits, high = bits - low;
    int low_shift = PART_SHIFT - (int)bits, high_shift = PART_SHIFT - (int)high;
    uint64_t low_mask = (UINT64_C(1) << low) - 1, high_mask = (UINT64_C(1) << high) - 1;
    uint32_t low_counts[MOST_DIGITS] = {0}, high_counts[MOST_DIGITS] = {0};
    for (size_t chunk = 0; chunk < chunks; chunk++) {
        const uint64_t *from = pairs + (size_t)order[chunk] * ND_CHUNK_PAIRS;
        if (chunk + 1 < chunks) ask_for_chunk(pairs + (size_t)order[chunk + 1] * ND_CHUNK_PAIRS);
        for (size_t i = 0, end = chunk_length(chunk, n); i < end; i++) {
            low_counts[from[i] >> low_shift & low_mask]++;
            high_counts[from[i] >> high_shift & high_mask]++;
        }
    }
    place(low_counts, (size_t)low_mask + 1);
    uint64_t *to = high ? scratch : out;
    for (size_t chunk = 0; chunk < chunks; chunk++) {
        const uint64_t *from = pairs + (size_t)order[chunk] * ND_CHUNK_PAIRS;
        pass(from, to, chunk_length(chunk, n), low_shift, low, low_counts);
    }
    if (high) {
        place(high_counts, (size_t)high_mask + 1);
        pass(scratch, out, n, high_shift, high, high_counts);
    }
    nd_order found = sort_neighbours(out, n);
    if (found == ND_OUT_OF_ORDER) nd_sort_by_high(out, scratch, n);
    // Fingerprints, which are most of all pairs, have a value each.
    return found == ND_DISTINCT ? n : nd_unique_pairs(out, n);
}

static ND_BMI2 size_t part_sort_bmi2(
    const uint64_t *pairs, const uint32_t *order, size_t chunks, size_t n, uint64_t *out, uint64_t *scratch
) {
    return part_sort(pairs, order, chunks, n, out, scratch);
}

size_t nd_part_sort(
    const uint64_t *pairs, const uint32_t *order, size_t chunks, size_t n, uint64_t *out, uint64_t *scratch
) {
    if (nd_has_bmi2()) return part_sort_bmi2(pairs, order, chunks, n, out, scratch);
    return part_sort(pairs, order, chunks, n, out, scratch);
}
