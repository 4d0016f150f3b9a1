#include "tokenise.h"

#include "processor.h"
#include "tokenise_levels.h"

size_t nd_tokenise_block(nd_tokeniser *state, const uint8_t *text, size_t length, uint64_t seed, size_t limit,
                         uint64_t *tokens, nd_token_span *spans) {
#if defined(__x86_64__)
    nd_level level = nd_processor_level();
    if (level >= ND_LEVEL_AVX512) return nd_tokenise_avx512(state, text, length, seed, limit, tokens, spans);
    if (level == ND_LEVEL_AVX2) return nd_tokenise_avx2(state, text, length, seed, limit, tokens, spans);
    if (level == ND_LEVEL_BASELINE) return nd_tokenise_baseline(state, text, length, seed, limit, tokens, spans);
#endif
    return nd_tokenise_portable(state, text, length, seed, limit, tokens, spans);
}

size_t nd_tokenise(const uint8_t *text, size_t length, uint64_t seed, uint64_t *tokens, nd_token_span *spans,
                   size_t *invalid) {
    nd_tokeniser state = nd_tokeniser_begin();
    size_t count = nd_tokenise_block(&state, text, length, seed, SIZE_MAX, tokens, spans);
    *invalid += state.invalid;
    return count;
}
