// The hot loops, from text to sketches and from sketches to postings. Every function works in memory that the caller
// owns, allocates nothing, keeps no state, and gives the same result on every machine.
#ifndef ND_CKERNELS_H
#define ND_CKERNELS_H

#if __has_include("lookup_table.h")
#include "block_columns.h"
#include "common_keys.h"
#include "join.h"
#include "lookup_lists.h"
#include "lookup_table.h"
#include "nibbles.h"
#include "pair_store.h"
#include "processor.h"
#include "recent_blocks.h"
#endif
#include "shingle.h"
#include "signature.h"
#include "tokenise.h"
#include "winnow.h"

#endif
