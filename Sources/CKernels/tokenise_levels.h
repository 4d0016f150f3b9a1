// nd_tokenise_block for each level.
#ifndef ND_TOKENISE_LEVELS_H
#define ND_TOKENISE_LEVELS_H

#include "tokenise.h"

#define ND_DECLARE(name)                                                                                               \
    size_t name(nd_tokeniser *state, const uint8_t *text, size_t length, uint64_t seed, size_t limit, uint64_t *tokens, \
                nd_token_span *spans)
ND_DECLARE(nd_tokenise_portable);
ND_DECLARE(nd_tokenise_baseline);
ND_DECLARE(nd_tokenise_avx2);
ND_DECLARE(nd_tokenise_avx512);
#undef ND_DECLARE

#endif
