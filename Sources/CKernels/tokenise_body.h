// The tokeniser, compiled once for each level: whoever includes this says which in ND_LEVEL, and how the function is named in
// ND_TOKENISE.
#include "fold_text.h"

enum { EDGES = 512 };

// Tokens of the text itself.
static inline void emit_plain(nd_output *out, const uint8_t *text, const uint32_t *edges, size_t tokens, int is_ascii) {
    if (out->spans) memcpy(out->spans + out->count, edges, tokens * sizeof *out->spans);
    if (is_ascii) nd_emit(out, text, edges, tokens, ND_ASCII);
    else nd_emit(out, text, edges, tokens, ND_MIXED);
}

// A text of ASCII and of characters that need no folding, from state->at on, where no token is open. Returns 1 at the text's
// end and when the block is full, 0 where something else follows: the token that it belongs to begins at state->at.
static inline int read_ascii(nd_tokeniser *state, const uint8_t *text, size_t length, nd_output *out) {
    uint32_t edges[EDGES + 128];
    size_t at = state->at, count = 0, room = 0;
    uint64_t carry = 0; // whether a token is open
    int is_other = 0, is_ascii = 1;
    const int is_escaped = state->is_escaped;
    size_t escapes = 0;
    while (at < length) {
        if (count >= room) {
            emit_plain(out, text, edges, count / 2, is_ascii);
            is_ascii |= carry == 0; // an open token may have begun with something else
            if (count & 1) edges[0] = edges[count - 1];
            count &= 1;
            if (out->count >= out->limit) break;
            room = (out->limit - out->count) * 2;
            if (room > EDGES || out->limit - out->count > EDGES) room = EDGES;
        }
        const uint8_t *here = text + at;
        nd_block block = nd_classify(here);
        const size_t left = length - at;
        const uint64_t valid = left >= 64 ? ~UINT64_C(0) : (UINT64_C(1) << left) - 1;
        size_t step = left < 64 ? left : 64;
        uint64_t word = block.word, high = block.high & valid, escaped = 0, before = ~UINT64_C(0);
        int is_cut = 0; // in the middle of an escape, which never spans two blocks: the next begins after it
        if (is_escaped) {
            const uint64_t backslash = block.backslash & valid;
            escaped = backslash << 1 & valid;
            // Backslashes hardly ever follow each other.
            if (__builtin_expect((backslash & escaped) != 0, 0)) escaped = nd_escaped_bytes(backslash) & valid;
            word &= ~escaped;
            high &= ~escaped;
            is_cut = (backslash & ~escaped) >> 63 && left > 64;
        }
        if (high) {
            const nd_plain plain = nd_find_plain(here, valid, escaped);
            word |= plain.word;
            is_ascii &= plain.word == 0;
            high &= ~(plain.separator | plain.word);
            if (high) {
                step = (size_t)__builtin_ctzll(high);
                before = (high & -high) - 1;
                is_cut = 0;
                // A character that the block cuts is looked at again in the next.
                is_other = !(step > 61 && left > 64 && nd_may_be_plain(here[step]));
            }
        }
        word &= valid;
        count += nd_put_edges(edges + count, (word ^ (word << 1 | carry)) & before, at);
        if (step) carry = word >> (step - 1) & 1;
        if (left < 64 && !is_other) carry = 0; // the end is among the edges
        escapes += (size_t)__builtin_popcountll(escaped & before) + (size_t)is_cut;
        at += step + (size_t)is_cut;
        if (is_other) break;
    }
    if (carry && at >= length) {
        edges[count++] = (uint32_t)length;
        carry = 0;
    }
    emit_plain(out, text, edges, count / 2, is_ascii);
    state->escapes += escapes;
    state->at = carry ? edges[count - 1] : at;
    return !is_other;
}

// Anything else, from state->at on, until no token is open. Returns 1 at the text's end and when the block is full.
static inline int read_other(nd_tokeniser *state, const uint8_t *bytes, size_t length, nd_output *out) {
    nd_folded f;
    nd_text text = {bytes, length, state->at};
    f.out = out;
    f.state = state;
    f.count = state->rest_count;
    f.single = state->is_single;
    memcpy(f.bytes, state->rest, sizeof state->rest);
    nd_folded_from(&f, 0, state->end, state->end);
    f.starts[0] = (uint32_t)state->start;
    for (;;) {
        nd_read_marks(&f, &text);
        size_t left = out->limit - out->count, room = left < ND_FOLDED / 2 ? 2 * left : ND_FOLDED;
        if (room < ND_FOLDED_MORE) room = ND_FOLDED_MORE;
        if (text.at < length && out->count < out->limit && !nd_fold_words(&f, &text, room)) {
            nd_folded_emit(&f, 1);
            nd_read_singles(&f, &text);
        }
        int is_end = text.at >= length;
        if (!f.single || is_end) nd_folded_emit(&f, is_end);
        if (f.count) nd_folded_shorten(&f);
        if (f.count == 0 || out->count >= out->limit) break;
    }
    state->at = text.at;
    state->rest_count = (uint32_t)f.count;
    state->is_single = f.single;
    memcpy(state->rest, f.bytes, sizeof state->rest);
    if (f.count) {
        state->start = f.starts[0];
        state->end = f.ends[f.count - 1];
    }
    return text.at >= length || out->count >= out->limit;
}

size_t ND_TOKENISE(nd_tokeniser *state, const uint8_t *text, size_t length, uint64_t seed, size_t limit, uint64_t *tokens,
                   nd_token_span *spans) {
    nd_output out = {nd_token_seed(seed), tokens, spans, 0, limit};
    if (state->rest_count == 0) state->hash = out.seed;
    int is_stopped = 0;
    while (!is_stopped) {
        if (state->rest_count == 0) is_stopped = read_ascii(state, text, length, &out);
        if (!is_stopped) is_stopped = read_other(state, text, length, &out);
    }
    state->is_done = state->at >= length && state->rest_count == 0;
    return out.count;
}
