// Lookup tables of a shard, read where they lie in a mapped file. IndexFormat.md draws the bytes.
//
// A table maps the top bits of a 64-bit key, 32 or fewer, to ascending 32-bit values. It is three structures:
//   lines    64 bytes each: u32 number of the line's first entry, then 60 one-byte entry counts, one a bucket;
//   entries  bit-packed (remainder << value_bits | value), ascending within a bucket;
//   common   keys with very many values: a sorted directory of (u32 key, u32 count, u64 start), and the lists.
// An entry's highest value says "this key is in the common directory", the second highest, alone in its bucket, "all
// keys of this bucket are".
//
// Nothing here trusts the bytes: each access is within the checked area, its page's checksum is verified first, and
// loops are bounded by counts that were checked, so that not even a file with right checksums and wrong content can
// make a function read out of bounds or go on for ever.
#ifndef ND_LOOKUP_TABLE_H
#define ND_LOOKUP_TABLE_H

#include <stddef.h>
#include <stdint.h>

enum {
    ND_OK = 0,
    ND_BAD_PAGE = 1, // a page's checksum is wrong: `*pages->bad` is its number
    ND_CORRUPT = 2,  // an offset, count or value that no writer leaves
    ND_CAPACITY = 3, // no room for the answer; nothing was changed: grow, and call again
};

enum { ND_PAGE_BYTES = 4096, ND_KEY_BITS = 32, ND_LEAST_KEY_BITS = 16, ND_LINE_BYTES = 64, ND_LINE_BUCKETS = 60, ND_COMMON_RUN = 128 };
enum { ND_COMMON_ENTRY_BYTES = 16, ND_PACKED_PADDING = 8, ND_ORDINAL_BLOCK = 256 };

#define ND_NO_PAGE UINT64_MAX

// Bytes whose pages carry checksums, each verified when it is first touched. Threads may share one: `verified` and
// `bad` are accessed atomically, and two threads that verify one page do the same work twice at worst.
typedef struct nd_pages {
    const uint8_t *base;
    uint64_t size;       // of the checked area, in bytes
    const uint8_t *sums; // a little-endian u32 for each ND_PAGE_BYTES of it, the last page short
    uint8_t *verified;   // a byte a page, 0 at first
    uint64_t *bad;       // ND_NO_PAGE at first
    uint32_t (*checksum)(const uint8_t *bytes, size_t length);
    void (*ask)(const uint8_t *bytes, size_t length); // asks the system to load a page soon; NULL where it can't be asked
} nd_pages;

static inline int nd_page_is_verified(const nd_pages *pages, uint64_t page) {
    return __atomic_load_n(pages->verified + page, __ATOMIC_RELAXED);
}

// Asks for the pages of a range that were never touched, so that what a lookup needs next is loaded at once and not page
// after page; whether there were any. For a page that was touched it costs a load.
static inline int nd_pages_ask(const nd_pages *pages, uint64_t offset, uint64_t length) {
    int any = 0;
    if (!pages->ask || offset >= pages->size || length > pages->size - offset || length == 0) return any;
    for (uint64_t page = offset / ND_PAGE_BYTES; page <= (offset + length - 1) / ND_PAGE_BYTES; page++) {
        if (nd_page_is_verified(pages, page)) continue;
        uint64_t start = page * ND_PAGE_BYTES, left = pages->size - start;
        pages->ask(pages->base + start, left < ND_PAGE_BYTES ? left : ND_PAGE_BYTES);
        any = 1;
    }
    return any;
}

// Verifies what isn't yet verified of `length` bytes from `offset` on. ND_OK, ND_BAD_PAGE, or ND_CORRUPT where the
// range leaves the area.
static inline int nd_pages_touch(const nd_pages *pages, uint64_t offset, uint64_t length);

// The same, page by page: what nd_pages_touch calls for ranges that are not on one page already verified.
int nd_pages_verify(const nd_pages *pages, uint64_t offset, uint64_t length);

static inline int nd_pages_touch(const nd_pages *pages, uint64_t offset, uint64_t length) {
    uint64_t page = offset / ND_PAGE_BYTES;
    if (offset < pages->size && length <= pages->size - offset && length > 0
        && page == (offset + length - 1) / ND_PAGE_BYTES
        && nd_page_is_verified(pages, page))
        return ND_OK;
    return nd_pages_verify(pages, offset, length);
}

// The page last found bad, or ND_NO_PAGE.
uint64_t nd_pages_bad(const nd_pages *pages);

// Where a table lies and how it is packed; offsets are in bytes from the area's start.
typedef struct nd_table {
    uint32_t key_bits; // kept of each key, the top ones
    uint32_t bucket_bits;
    uint32_t value_bits;
    uint64_t value_limit; // every value is below it
    uint64_t entries;
    uint64_t common_keys;
    uint64_t common_values;
    uint64_t lines_offset;
    uint64_t entries_offset;
    uint64_t common_directory_offset;
    uint64_t common_values_offset;
} nd_table;

// The sizes in bytes of a table's structures; `entries` includes padding, so that every entry can be read as 8 bytes.
uint64_t nd_table_lines_size(const nd_table *table);
uint64_t nd_table_entries_size(const nd_table *table);
uint64_t nd_table_common_directory_size(const nd_table *table);
uint64_t nd_table_common_values_size(const nd_table *table);

// The bits that hold any value below the limit and the two special ones.
uint32_t nd_table_value_bits(uint64_t value_limit);

// ND_OK where the geometry is one that a writer leaves and all four structures lie within the area. The functions below
// need it to have said so.
int nd_table_check(const nd_table *table, const nd_pages *pages);

typedef struct nd_hit {
    uint32_t value;
    uint32_t key_index;
} nd_hit;

// Appends to `hits` the first `remaining[i]` values of each key, ascending, keys in their order, and takes what it
// took from `remaining[i]`. `*count` is the hits there already, and after. `left`, where given, receives for each key
// how many more values its list has. On any failure `remaining` and `*count` are as they were.
//
// Directory lines are asked for a group of keys ahead, so that a probe's two cache misses overlap with others'.
int nd_table_probe(
    const nd_table *table, const nd_pages *pages, const uint64_t *keys, size_t n, uint32_t *remaining, nd_hit *hits,
    size_t capacity, size_t *count, uint32_t *left
);

// The first value of a key within [low, high), or UINT32_MAX where it has none there. O(log of the list).
int nd_table_range(
    const nd_table *table, const nd_pages *pages, uint64_t key, uint32_t low, uint32_t high, uint32_t *found
);

// What nd_table_verify found wrong, and where.
typedef struct nd_table_fault {
    const char *what;
    uint64_t offset;
} nd_table_fault;

// Reads the whole table and checks every order, bound and total. `seen`, where given, has a bit a value, clear at
// first: bits of the table's values are set, and a value met twice is a fault. `*pairs` is how many pairs there are.
int nd_table_verify(
    const nd_table *table, const nd_pages *pages, uint8_t *seen, uint64_t *pairs, nd_table_fault *fault
);

// Building. A pair is key << 32 | value, of which `value` never falls from one to the next on input. Bits of keys that the
// table doesn't keep are zero.

// Sorts pairs by key and value, in `pairs`; `scratch` is as large. O(n) where keys are hashes or a range of them.
void nd_sort_pairs(uint64_t *pairs, uint64_t *scratch, size_t n);

// Drops repeated pairs from sorted ones; how many are left.
size_t nd_unique_pairs(uint64_t *pairs, size_t n);

// Chooses the geometry for sorted, distinct pairs and counts what each structure will hold; offsets and the bits of keys are
// left alone.
void nd_table_plan(const uint64_t *pairs, size_t n, uint64_t value_limit, nd_table *table);

// Fills the four structures, each as large as nd_table_*_size says; the contents before don't matter.
void nd_table_pack(
    const uint64_t *pairs, size_t n, const nd_table *table, uint8_t *lines, uint8_t *entries,
    uint8_t *common_directory, uint8_t *common_values
);

// Reading a table from its first pair to its last, to merge it with others.

// All zero at first; a copy goes on from where it was made.
typedef struct nd_table_cursor {
    uint64_t bucket;       // the one being read, or the next
    uint64_t entry;        // the next
    uint64_t common_key;   // the next of the common directory
    uint64_t common_value; // the next of the common values
    uint64_t last;         // the entry before in this bucket, UINT64_MAX at its start
    uint64_t list_last;    // the value before in the common list being read, UINT64_MAX at its start
    uint32_t list_key;     // that list's key
    uint32_t list_left;    // its values that are left
    uint32_t left;         // entries of the bucket that are left
    uint32_t state;
} nd_table_cursor;

// Appends the pairs whose key is below `key_end` (at most 2^32), ascending; `*count` is those there already, and after.
// ND_CAPACITY where there are more than there is room for: the cursor then stands at the next. ND_CORRUPT for whatever
// no writer leaves; order, bounds and totals are checked on the way.
int nd_table_read(
    const nd_table *table, const nd_pages *pages, nd_table_cursor *cursor, uint64_t key_end, uint64_t *pairs,
    size_t capacity, size_t *count
);

// Places a cursor at the bucket that holds a key, so that a range of keys can be read without those before it. What the
// bucket has of smaller keys is read too. O(log of the common keys).
int nd_table_seek(const nd_table *table, const nd_pages *pages, uint32_t key, nd_table_cursor *cursor);

// Adds a number to all values; no sum may reach 2^32.
void nd_values_add(uint64_t *pairs, size_t n, uint32_t added);

// Renumbers values and drops those that are not kept; how many are left, in their order. `ranks` has for each 64
// values of the old numbering which of them are kept (bit i: value 64 n + i), and the new number of the first of these.
size_t nd_values_rank(uint64_t *pairs, size_t n, const uint64_t *ranks);

// Changes values to the number of the run of values they are in. `runs` has for each 64 values which of them begin a run
// (bit i: value 64 n + i), and how many runs begin before these; value 0 begins one.
void nd_values_runs(uint64_t *pairs, size_t n, const uint64_t *runs);

// Which document an ordinal (a fingerprint's number in the shard) belongs to.
typedef struct nd_ordinals {
    uint64_t documents;
    uint64_t ordinals;
    uint64_t first_offset;  // u32 a document and one more: the document's first ordinal
    uint64_t blocks_offset; // u32 for each ND_ORDINAL_BLOCK ordinals: the document of the first of them
} nd_ordinals;

// Sets `documents[i]` to the document of the ordinal `ordinals[i * stride]`. ND_CORRUPT for one out of range. With a stride of 1
// both may be the same memory. Two cache misses an ordinal, overlapping with those of others.
int nd_ordinal_documents(
    const nd_ordinals *o, const nd_pages *pages, const uint32_t *ordinals, size_t stride, size_t n, uint32_t *documents
);

// Changes the values of pairs from ordinals to their documents. ND_CORRUPT for one out of range.
int nd_pair_documents(const nd_ordinals *o, const nd_pages *pages, uint64_t *pairs, size_t n);

#endif
