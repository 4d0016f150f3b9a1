#include "tokenise.h"

#include <string.h>

#include "ascii_block.h"
#include "hash.h"
#include "unicode_table.h"
#include "utf8.h"

// Where tokens go.
typedef struct {
    uint64_t seed;
    uint64_t *tokens;
    nd_token_span *spans;
    size_t count;
    size_t limit; // no scalar and no 64 bytes are begun once there are so many
} Output;

// The token being read by the slow path: its folded bytes go into the hash eight at a time.
typedef struct {
    uint64_t hash;
    uint64_t word;   // bytes not yet in the hash, first lowest
    uint64_t length; // folded bytes so far
    size_t start;
    size_t end;
    uint64_t single;
    int open;
} Token;

static inline void emit(Output *out, uint64_t hash, size_t start, size_t end) {
    out->tokens[out->count] = hash;
    if (out->spans) out->spans[out->count] = (nd_token_span){(uint32_t)start, (uint32_t)end};
    out->count++;
}

// A token of ASCII letters and digits only. 0x20 makes letters lower case and leaves digits as they are.
static inline void emit_ascii(Output *out, const uint8_t *text, size_t start, size_t end) {
    const uint64_t lower = UINT64_C(0x2020202020202020);
    uint64_t hash = out->seed, word;
    size_t length = end - start, done = 0;
    for (; length - done >= 8; done += 8) {
        memcpy(&word, text + start + done, 8);
        hash = nd_token_word(hash, word | lower);
    }
    if (done < length) {
        uint64_t mask = (UINT64_C(1) << (8 * (length - done))) - 1;
        memcpy(&word, text + start + done, 8); // the padding after the text makes this readable
        hash = nd_token_word(hash, (word | lower) & mask);
    }
    emit(out, nd_token_finish(hash, length, 0), start, end);
}

static inline void token_close(Token *token, Output *out) {
    if (!token->open) return;
    if (token->length & 7) token->hash = nd_token_word(token->hash, token->word);
    emit(out, nd_token_finish(token->hash, token->length, token->single), token->start, token->end);
    token->open = 0;
}

static inline void token_begin(Token *token, Output *out, size_t start, uint64_t single) {
    token_close(token, out);
    *token = (Token){.hash = out->seed, .start = start, .end = start, .single = single, .open = 1};
}

static inline void token_append(Token *token, uint32_t scalar, size_t end) {
    unsigned bytes;
    uint64_t encoded = nd_utf8_encode(scalar, &bytes);
    unsigned fill = token->length & 7;
    token->word |= encoded << (8 * fill);
    if (fill + bytes >= 8) {
        token->hash = nd_token_word(token->hash, token->word);
        token->word = fill ? encoded >> (8 * (8 - fill)) : 0;
    }
    token->length += bytes;
    token->end = end;
}

// One scalar of the folded text, which came from text[start..<end].
static inline void step(Token *token, Output *out, uint32_t kind, uint32_t scalar, size_t start, size_t end) {
    switch (kind) {
    case ND_WORD:
        if (!token->open || token->single) token_begin(token, out, start, 0);
        token_append(token, scalar, end);
        break;
    case ND_SINGLE:
        token_begin(token, out, start, ND_TOKEN_SINGLE);
        token_append(token, scalar, end);
        break;
    case ND_MARK:
        if (token->open) token_append(token, scalar, end);
        break;
    case ND_IGNORED:
        break;
    default:
        token_close(token, out);
    }
}

// Hangul syllables decompose by arithmetic (Unicode, section 3.12), so that composed and decomposed are one.
static inline void step_hangul(Token *token, Output *out, uint32_t scalar, size_t start, size_t end) {
    uint32_t index = scalar - 0xAC00, trailing = index % 28;
    if (!token->open || token->single) token_begin(token, out, start, 0);
    token_append(token, 0x1100 + index / 588, end);
    token_append(token, 0x1161 + index % 588 / 28, end);
    if (trailing) token_append(token, 0x11A7 + trailing, end);
}

static inline void step_scalar(Token *token, Output *out, uint32_t scalar, size_t start, size_t end) {
    if (scalar - 0xAC00u < 11172) {
        step_hangul(token, out, scalar, start, end);
        return;
    }
    uint32_t entry = nd_unicode_entry(scalar), kind = entry & 7;
    if (kind != ND_EXPANSION) {
        step(token, out, kind, scalar + (uint32_t)((int32_t)entry >> 3), start, end);
        return;
    }
    const uint32_t *expansion = nd_unicode_expansions + (entry >> 3);
    for (uint32_t i = 1; i <= expansion[0]; i++) step(token, out, expansion[i] & 7, expansion[i] >> 3, start, end);
}

// Scalar by scalar from where the state stands, until no token is open and an ASCII word follows: then true. False
// when the block is full, or at the text's end.
static int slow_run(nd_tokeniser *state, const uint8_t *text, size_t length, Output *out) {
    // A copy, so that it can live in registers.
    Token token = {state->hash, state->word, state->length, state->start, state->end, state->single, state->open};
    size_t at = state->at, *invalid = &state->invalid;
    const size_t begin = state->slow_start;
    while (at < length) {
        if (out->count >= out->limit) {
            nd_tokeniser now = {at,           state->ascii_start, begin,     *invalid,       state->escapes,    token.hash,
                                token.word,   token.length,       token.start, token.end, token.single,
                                token.open,   state->is_escaped,  0};
            *state = now;
            return 0;
        }
        uint8_t byte = text[at];
        if (byte == '\\' && state->is_escaped) {
            token_close(&token, out);
            state->escapes += at + 1 < length;
            at += at + 1 < length ? 2 : 1;
            continue;
        }
        if (byte < 0x80) {
            if (!token.open && at != begin && nd_ascii_is_word(byte)) {
                state->at = at;
                state->slow_start = SIZE_MAX;
                state->open = 0;
                return 1;
            }
            if (nd_ascii_is_word(byte)) {
                step(&token, out, ND_WORD, byte >= 'A' ? byte | 0x20u : byte, at, at + 1);
            } else {
                token_close(&token, out);
            }
            at += 1;
            continue;
        }
        uint32_t scalar;
        unsigned bytes = nd_utf8_decode(text + at, length - at, &scalar);
        if (bytes == 0) {
            token_close(&token, out);
            *invalid += 1;
            at += 1;
            continue;
        }
        step_scalar(&token, out, scalar, at, at + bytes);
        at += bytes;
    }
    token_close(&token, out);
    state->at = at;
    state->slow_start = SIZE_MAX;
    state->open = 0;
    return 1;
}

// True where the scalar at `at` ends a token and begins none: curly quotes, dashes, bad bytes.
static inline unsigned separator_length(const uint8_t *text, size_t at, size_t length, size_t *invalid) {
    uint32_t scalar;
    unsigned bytes = nd_utf8_decode(text + at, length - at, &scalar);
    if (bytes == 0) {
        *invalid += 1;
        return 1;
    }
    if (scalar - 0xAC00u < 11172) return 0;
    return (nd_unicode_entry(scalar) & 7) == ND_SEPARATOR ? bytes : 0;
}

// Inlined into its callers, so that the block scan is inlined into it.
static inline __attribute__((always_inline)) size_t tokenise(
    nd_tokeniser *state, const uint8_t *text, size_t length, uint64_t seed, size_t limit, uint64_t *tokens,
    nd_token_span *spans, void (*classify)(const uint8_t *, uint64_t *, uint64_t *)
) {
    const size_t none = SIZE_MAX;
    Output out = {nd_token_seed(seed), tokens, spans, 0, limit};
    if (state->slow_start != none && !slow_run(state, text, length, &out)) return out.count;
    size_t at = state->at, start = state->ascii_start; // start: where the open ASCII token begins
    while (at < length) {
        if (out.count >= limit) {
            state->at = at;
            state->ascii_start = start;
            return out.count;
        }
        uint64_t word, high;
        classify(text + at, &word, &high);
        size_t left = length - at;
        uint64_t valid = left >= 64 ? ~UINT64_C(0) : (UINT64_C(1) << left) - 1, escaped = 0;
        size_t step = left < 64 ? left : 64;
        if (state->is_escaped) {
            uint64_t backslash = 0;
            for (unsigned i = 0; i < 64; i++) backslash |= (uint64_t)(text[at + i] == '\\') << i;
            backslash &= valid;
            escaped = nd_escaped_bytes(backslash);
            // An escape never spans two blocks: the second begins after it.
            if (backslash & ~escaped & UINT64_C(1) << 63 && left > 64) {
                step = 65;
                state->escapes++;
            }
            word &= ~escaped;
            high &= ~escaped;
        }
        word &= valid;
        high &= valid;
        uint64_t edges = word ^ (word << 1 | (start != none));
        uint64_t before = high ? (high & -high) - 1 : ~UINT64_C(0);
        edges &= before;
        state->escapes += (size_t)__builtin_popcountll(escaped & valid & before);
        while (edges) {
            size_t edge = at + (size_t)__builtin_ctzll(edges);
            edges &= edges - 1;
            if (start == none) {
                start = edge;
            } else {
                emit_ascii(&out, text, start, edge);
                start = none;
            }
        }
        if (!high) {
            at += step;
            continue;
        }
        if (step == 65) state->escapes--; // it lies behind what is not ASCII, and is read again
        at += (size_t)__builtin_ctzll(high);
        unsigned separator = separator_length(text, at, length, &state->invalid);
        if (separator) {
            if (start != none) emit_ascii(&out, text, start, at);
            at += separator;
        } else { // the open token goes on past ASCII: read it again, scalar by scalar
            state->at = state->slow_start = start != none ? start : at;
            state->ascii_start = none;
            if (!slow_run(state, text, length, &out)) return out.count;
            at = state->at;
        }
        start = none;
    }
    if (start != none) emit_ascii(&out, text, start, length);
    state->at = length;
    state->ascii_start = none;
    state->is_done = 1;
    return out.count;
}

size_t nd_tokenise_block(nd_tokeniser *state, const uint8_t *text, size_t length, uint64_t seed, size_t limit,
                         uint64_t *tokens, nd_token_span *spans) {
    return tokenise(state, text, length, seed, limit, tokens, spans, nd_ascii_classify);
}

size_t nd_tokenise(const uint8_t *text, size_t length, uint64_t seed, uint64_t *tokens, nd_token_span *spans,
                   size_t *invalid) {
    nd_tokeniser state = nd_tokeniser_begin();
    size_t count = nd_tokenise_block(&state, text, length, seed, SIZE_MAX, tokens, spans);
    *invalid += state.invalid;
    return count;
}

size_t nd_tokenise_portable(const uint8_t *text, size_t length, uint64_t seed, uint64_t *tokens,
                            nd_token_span *spans, size_t *invalid) {
    nd_tokeniser state = nd_tokeniser_begin();
    size_t count = tokenise(&state, text, length, seed, SIZE_MAX, tokens, spans, nd_ascii_classify_portable);
    *invalid += state.invalid;
    return count;
}

nd_content nd_content_begin(void) { return (nd_content){{1, 2, 3, 4}, {5, 6, 7, 8}, 0}; }

static inline void content_token(nd_content *content, size_t lane, uint64_t token) {
    content->a[lane] = content->a[lane] * ND_MIX_A + token;
    content->b[lane] = nd_rotate_left(content->b[lane] ^ token, 23) * ND_MIX_B;
}

void nd_content_add(nd_content *content, const uint64_t *tokens, size_t count) {
    // Four lanes of two chains each, so that no multiplication waits for the one before it.
    nd_content now = *content;
    size_t i = 0;
    for (; i < count && (now.count + i) % 4 != 0; i++) content_token(&now, (now.count + i) % 4, tokens[i]);
    for (; i + 4 <= count; i += 4) {
        for (size_t lane = 0; lane < 4; lane++) content_token(&now, lane, tokens[i + lane]);
    }
    for (size_t lane = 0; i < count; i++, lane++) content_token(&now, lane, tokens[i]);
    now.count += count;
    *content = now;
}

void nd_content_finish(const nd_content *content, uint64_t hash[2]) {
    uint64_t x = content->count, y = content->count * ND_GOLDEN;
    for (int lane = 0; lane < 4; lane++) {
        x = nd_mix64(x + content->a[lane] * ND_GOLDEN);
        y = nd_mix64(y ^ content->b[lane]) + content->a[lane];
    }
    hash[0] = x;
    hash[1] = nd_mix64(y);
}

void nd_content_hash(const uint64_t *tokens, size_t count, uint64_t hash[2]) {
    nd_content content = nd_content_begin();
    nd_content_add(&content, tokens, count);
    nd_content_finish(&content, hash);
}
