// Finding the lists of keys eight entries at a step: see find_lists.h.
#ifndef ND_FIND_LISTS_AVX2_H
#define ND_FIND_LISTS_AVX2_H

#include "lookup_lists.h"

#if defined(__x86_64__)
int nd_find_lists_avx2(const nd_table *table, const nd_pages *pages, const uint64_t *keys, size_t n, nd_list *lists);
#endif

#endif
