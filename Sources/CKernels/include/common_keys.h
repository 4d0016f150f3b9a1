// Which common keys each document has: the common lists of a table of fingerprints, turned round.
//
// A shard lists the documents of a key, and not the keys of a document. To ask of some documents which of a query's common keys
// they have is a search in each list for each document, and a cache miss or two each. Turned round, a document's common keys lie
// side by side, cut to the bits that the table keeps.
#ifndef ND_COMMON_KEYS_H
#define ND_COMMON_KEYS_H

#include "lookup_lists.h"

// The keys of document `d` are those from `starts[d]` up to, but without, `starts[d + 1]`, ascending.
typedef struct nd_common_keys {
    const uint32_t *starts; // one a document, and the end of the last
    const uint32_t *keys;
    uint32_t documents;
    uint32_t count; // of keys
} nd_common_keys;

// Sets `documents` to the document of each common value, list after list, and `starts`, of `documents + 2` values, to what
// nd_common_keys_fill needs. ND_CAPACITY where the table has more common values than 32 bits can count, or keeps all 32 bits of
// its keys. O(common values).
int nd_common_keys_begin(
    const nd_table *table, const nd_ordinals *ordinals, const nd_pages *pages, uint32_t *starts, uint32_t *documents
);

// Fills `keys`, of which there are as many as common values, and brings `starts` to what nd_common_keys needs. O(common
// values).
int nd_common_keys_fill(
    const nd_table *table, const nd_pages *pages, const uint32_t *documents, uint32_t *starts, uint32_t *keys
);

// How many places nd_common_keys_count needs for `n` lists: a power of two.
size_t nd_common_keys_places(size_t n);

// Adds to `counts[i]` how many of the lists that aren't ND_LIST_PLAIN hold `documents[i]`. O(n + keys of the documents).
int nd_common_keys_count(
    const nd_common_keys *common, const nd_list *lists, size_t n, const uint32_t *documents, size_t m, uint32_t *places,
    uint32_t *counts
);

#endif
