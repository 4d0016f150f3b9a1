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

// Writes the hash of every token of UTF-8 `text` to `tokens` (room for nd_token_capacity(length)) and returns how many.
// `spans` may be null, else has the same room. Adds to `*invalid` the bytes that belong to no well-formed sequence; they
// separate tokens. ND_TEXT_PADDING bytes after the text must be readable. `length` < 2^32 - 64. Linear in `length`.
size_t nd_tokenise(const uint8_t *text, size_t length, uint64_t seed, uint64_t *tokens, nd_token_span *spans,
                   size_t *invalid);

// The same through the portable block scan, whatever the processor: for tests of bit-identity.
size_t nd_tokenise_portable(const uint8_t *text, size_t length, uint64_t seed, uint64_t *tokens,
                            nd_token_span *spans, size_t *invalid);

// 128 bits of the whole token sequence: equal sequences have equal hashes. `hash` gets two words.
void nd_content_hash(const uint64_t *tokens, size_t count, uint64_t hash[2]);

#endif
