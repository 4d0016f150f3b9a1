// Text to token hashes.
#ifndef ND_TOKENISE_H
#define ND_TOKENISE_H

#include <stddef.h>
#include <stdint.h>

// Bytes after a text that must be readable (their values do not matter): blocks of 64 are loaded whole.
enum { ND_TEXT_PADDING = 64 };

// Bit 0 of a token hash: the token is a character of a script written without spaces.
enum { ND_TOKEN_SINGLE = 1 };

// A token's place in its text, in bytes.
typedef struct {
    uint32_t start;
    uint32_t end;
} nd_token_span;

// The Unicode version of the folding table: major << 16 | minor << 8 | update.
extern const uint32_t nd_unicode_version;

// The most tokens that a text of this many bytes can have (two a byte: a squared kana word is 3 bytes and 6 tokens).
static inline size_t nd_token_capacity(size_t length) { return 2 * length + 8; }

// A text that is read a block at a time: how far it is, and the token that is open there. The caller only reads `invalid`,
// `escapes` and `is_done`.
typedef struct {
    size_t at;
    size_t invalid;      // bytes so far that belong to no well-formed sequence
    size_t escapes;      // backslashes so far with the byte each takes along: so much shorter is the text without them
    uint64_t hash;       // of the open token, but for its last bytes:
    uint64_t rest[3];    // these, folded
    size_t start;        // where it begins in the text, if spans are asked for
    size_t end;          // and where it ends so far
    uint32_t rest_count; // 0: no token is open
    int is_single;
    int is_escaped;
    int is_done;
} nd_tokeniser;

static inline nd_tokeniser nd_tokeniser_begin(void) {
    return (nd_tokeniser){0};
}

// Of a text as it stands inside a JSON string, without \u: a backslash and the byte after it separate tokens.
static inline nd_tokeniser nd_tokeniser_begin_escaped(void) {
    nd_tokeniser state = nd_tokeniser_begin();
    state.is_escaped = 1;
    return state;
}

// The most tokens by which a block may go past its limit: those of 64 bytes and of one character.
enum { ND_TOKEN_OVERSHOOT = 128 };

// Room for tokens that serves a block of `limit` tokens of a text.
static inline size_t nd_token_block_capacity(size_t length, size_t limit) {
    size_t whole = nd_token_capacity(length);
    return limit < whole && whole - limit > ND_TOKEN_OVERSHOOT ? limit + ND_TOKEN_OVERSHOOT : whole;
}

// Goes on reading a text until `limit` > 0 tokens are written (room for nd_token_block_capacity), wherever that is, or to
// its end; returns how many it wrote. Every call for a text is given the same text, whole. The tokens of all calls are
// those of nd_tokenise.
size_t nd_tokenise_block(nd_tokeniser *state, const uint8_t *text, size_t length, uint64_t seed, size_t limit,
                         uint64_t *tokens, nd_token_span *spans);

// Writes the hash of every token of UTF-8 `text` to `tokens` (room for nd_token_capacity(length)) and returns how many.
// `spans` may be null, else has the same room. Adds to `*invalid` the bytes that belong to no well-formed sequence; they
// separate tokens. ND_TEXT_PADDING bytes after the text must be readable. `length` < 2^32 - 64. Linear in `length`.
size_t nd_tokenise(const uint8_t *text, size_t length, uint64_t seed, uint64_t *tokens, nd_token_span *spans,
                   size_t *invalid);

// 128 bits of the whole token sequence: equal sequences have equal hashes. `hash` gets two words.
void nd_content_hash(const uint64_t *tokens, size_t count, uint64_t hash[2]);

// The same, of a sequence that comes in blocks.
typedef struct {
    uint64_t a[8];
    uint64_t b[8];
    uint64_t count;
} nd_content;

nd_content nd_content_begin(void);
void nd_content_add(nd_content *content, const uint64_t *tokens, size_t count);
void nd_content_finish(const nd_content *content, uint64_t hash[2]);

#endif
