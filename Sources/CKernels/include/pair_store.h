// Pairs on their way into a lookup table: cut by the top bits of their keys while they come, so that each part is sorted
// and packed on its own, in a cache, by whichever thread is free. The table's bytes don't depend on the parts.
#ifndef ND_PAIR_STORE_H
#define ND_PAIR_STORE_H

#include "lookup_table.h"

#include <stddef.h>
#include <stdint.h>

enum { ND_PART_BITS = 8, ND_PARTS = 1 << ND_PART_BITS, ND_CHUNK_PAIRS = 128 };

// Pairs lie in chunks of ND_CHUNK_PAIRS, each of one part. The memory is the caller's; an empty store is all zero.
typedef struct nd_pair_store {
    uint64_t tails[ND_PARTS]; // where the part's next pair goes; it opens a chunk where ND_CHUNK_PAIRS divides it
    uint64_t chunks;          // opened so far
} nd_pair_store;

// More chunks than `n` further pairs can open.
size_t nd_pair_chunks(size_t n);

// Adds a pair for each key, of the values `first`, `first + step`, …: the high `key_bits` (at most 32) of the key and the value. `pairs`
// and `owners` (each chunk's part) have room for nd_pair_chunks(n) more chunks. Values must never fall from call to call.
void nd_pairs_add(
    nd_pair_store *store, uint64_t *pairs, uint8_t *owners, const uint64_t *keys, uint32_t key_bits, size_t n,
    uint32_t first, uint32_t step
);

// Adds pairs as they are.
void nd_pairs_put(nd_pair_store *store, uint64_t *pairs, uint8_t *owners, const uint64_t *added, size_t n);

// Orders the chunks by part, each part's as they were opened: `order` receives the chunks' numbers, `starts[p]` where
// part p's begin, `starts[ND_PARTS]` how many there are.
void nd_pair_chunk_order(const nd_pair_store *store, const uint8_t *owners, uint32_t *order, uint32_t *starts);

// The pairs of a part, given its chunks.
size_t nd_part_pairs(const nd_pair_store *store, uint32_t part, size_t chunks);

// Copies the first `n` of a part's pairs, in the order they were added, given the chunks that hold them.
void nd_part_gather(const uint64_t *pairs, const uint32_t *order, size_t chunks, size_t n, uint64_t *out);

// Puts sorted pairs, or words packed of them, where a part's pairs lie; at most as many as it has.
void nd_part_put(uint64_t *pairs, const uint32_t *order, const uint64_t *from, size_t n);

// Sorts a part's pairs by key and value from its chunks into `out`, and drops repetitions; how many are left. `scratch`
// is as large as `out`, which has room for all. O(n log n) at worst, O(n) where keys are hashes.
size_t nd_part_sort(
    const uint64_t *pairs, const uint32_t *order, size_t chunks, size_t n, uint64_t *out, uint64_t *scratch
);

// A run of a table's sorted pairs that begins and ends with a bucket, and where its bytes go.
typedef struct nd_table_part {
    uint64_t pairs;
    uint64_t entries;       // first how many it has; nd_table_place makes it the number of its first; so
    uint64_t common_keys;   // with these
    uint64_t common_values; // and these
    uint64_t words;         // packed: the words of entries that it fills, or begins before and fills;
    uint64_t tail;          // and the bits of the one after them, which the next part's begin in
} nd_table_part;

// The entries that a part takes where only the runs of one key are long: what the number of buckets follows from.
uint64_t nd_part_rough_entries(const uint64_t *pairs, size_t n);

// Chooses the bits of buckets and values; `rough` is the sum of all parts' nd_part_rough_entries.
void nd_table_choose(nd_table *table, uint64_t rough, uint64_t value_limit);

// Counts what a part takes of each structure.
void nd_part_measure(const uint64_t *pairs, size_t n, const nd_table *table, nd_table_part *part);

// Makes the counts of parts where each one's begin, and the table's those of all.
void nd_table_place(nd_table *table, nd_table_part *parts, size_t count);

// Clears the counts of a part's buckets, of as many parts of a table as there are.
void nd_part_clear(const nd_table *table, size_t part, size_t parts, uint8_t *lines);

// Packs a part: the counts of its buckets, which are clear, its entries but for the last bits, and its common keys. `words` is
// where the word goes that its first entry begins in; it has room for 8 bytes a pair.
void nd_part_pack(
    const uint64_t *pairs, size_t n, const nd_table *table, nd_table_part *part, uint8_t *lines, uint8_t *words,
    uint8_t *common_directory, uint8_t *common_values
);

// Parts that were packed each as the first of its table are joined in their order.

// The whole words that so many entries fill from their first bit on.
uint64_t nd_part_words(const nd_table *table, uint64_t entries);

// Moves the entries of a part, packed as the first of its table, to where those end that the table has so far; how many whole
// words there are then. `words` has room for one more. `*bits` are those that fill no word yet, before and after.
uint64_t nd_part_join(const nd_table *table, uint64_t entries, uint8_t *words, uint64_t tail, uint64_t *bits);

// Makes the values of common keys those after so many others.
void nd_common_add(uint8_t *directory, size_t keys, uint64_t values);

// Writes what needs the counts of all buckets: the lines' first entries.
void nd_lines_finish(const nd_table *table, uint8_t *lines);

#endif
