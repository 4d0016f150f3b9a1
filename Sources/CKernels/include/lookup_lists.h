// The lists of a query's keys: where each lies and how long it is, before any of it is read.
//
// nd_table_probe reads lists as it finds them. A search that decides by their lengths which to read, and then asks of a
// few documents whether the other keys' lists hold them, needs the two apart.
#ifndef ND_LOOKUP_LISTS_H
#define ND_LOOKUP_LISTS_H

#include "lookup_table.h"

enum {
    ND_LIST_PLAIN = 0,  // `first` is the number of an entry
    ND_LIST_COMMON = 1, // `first` is the number of a common value
    ND_LIST_LONG = 2,   // in the common directory, where it was not looked up yet: `count` is ND_COMMON_RUN, the least
};

// The values of one key.
typedef struct nd_list {
    uint64_t first;
    uint32_t count; // 0 for a key that the table doesn't have
    uint32_t kind;
    uint32_t value; // the first; unknown of a list that was ND_LIST_LONG
    uint32_t key;   // the key's high bits
} nd_list;

// Asks for what nd_table_find reads first of these keys: the lines of the first few from memory, and from the disk, if that is to
// be looked into, the pages of all lines that were never touched; whether there were any.
int nd_table_ask(const nd_table *table, const nd_pages *pages, const uint64_t *keys, size_t n, int from_disk);

// Finds the lists of keys. Lines and entries are asked for from memory groups of keys ahead; from the disk nd_table_ask asks for
// all lines at once.
int nd_table_find(const nd_table *table, const nd_pages *pages, const uint64_t *keys, size_t n, nd_list *lists);

// Looks a list up in the common directory if it is ND_LIST_LONG, so that `first` and `count` are those of the list.
int nd_list_resolve(const nd_table *table, const nd_pages *pages, nd_list *list);

// Sets `counts[i]` to the length of list `i`, or to `limits[i]` where it is longer; resolves what that takes.
int nd_lists_lengths(
    const nd_table *table, const nd_pages *pages, nd_list *lists, size_t n, const uint32_t *limits, uint32_t *counts
);

// Resolves the lists of which anything is to be taken, and says how many values the first `limits[i]` of each are together.
int nd_lists_room(
    const nd_table *table, const nd_pages *pages, nd_list *lists, size_t n, const uint32_t *limits, uint64_t *room
);

// Copies the first `limits[i]` values of each list, list after list, after nd_lists_room said how many there are.
int nd_lists_take(
    const nd_table *table, const nd_pages *pages, const nd_list *lists, size_t n, const uint32_t *limits, uint32_t *values
);

// Copies the values numbered [from, from + n) of a list, which must be resolved and have so many.
int nd_list_values(
    const nd_table *table, const nd_pages *pages, const nd_list *list, uint32_t from, uint32_t n, uint32_t *values
);

// A half-open range of values.
typedef struct nd_range {
    uint32_t low, high;
} nd_range;

// The ordinals of documents, which are asked for ahead. ND_CORRUPT for a document out of range.
int nd_document_ranges(
    const nd_ordinals *ordinals, const nd_pages *pages, const uint32_t *documents, size_t n, nd_range *ranges
);

// Adds to `counts[i]` how many of the lists have a value within `ranges[i]`. Ranges ascend and don't overlap; lists are
// resolved. O(n * m * log of the lists) at most, and less where ranges lie close to each other and lists come the longest
// first.
int nd_lists_count(
    const nd_table *table, const nd_pages *pages, const nd_list *lists, size_t n, const nd_range *ranges, size_t m,
    uint32_t *counts
);

#endif
