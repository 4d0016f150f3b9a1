// Kana and Han characters of three bytes each, in a row: a token each, without the buffer of folding.h. Compiled for each level.
#ifndef ND_READY_SINGLES_H
#define ND_READY_SINGLES_H

#include "token_output.h"
#include "unicode_table.h"

// The text, and how far it is read.
typedef struct {
    const uint8_t *bytes;
    size_t length;
    size_t at;
} nd_text;

// The scalar of three bytes, of which `word` begins with the first, if that is what they are by their form; 0 if not. It may still
// be ill formed where it is below U+0800 or a surrogate.
static inline uint32_t nd_three_bytes(uint32_t word) {
    uint32_t scalar = (word & 0x0F) << 12 | (word >> 8 & 0x3F) << 6 | (word >> 16 & 0x3F);
    return (word & 0xC0C0F0) == 0x8080E0 ? scalar : 0;
}

// Of the kana, their punctuation and the Han characters that stay as they are, as nd_unicode_kana has it; else 0.
static inline uint64_t nd_ready_single(uint32_t word) {
    uint32_t scalar = nd_three_bytes(word), place = scalar - 0x3000;
    // Without a branch, as the two alternate at random. U+302A is a mark, and has 0.
    uint64_t kana = nd_unicode_kana[place < 256 ? place : 0x2A], is_han = scalar - 0x4E00 < 0x5200;
    return kana | (((word & 0xFFFFFF) | UINT64_C(3) << 56) & (0 - is_han));
}

// Of what nd_ready_single gives, the bytes of the token.
#define ND_READY_BYTES UINT64_C(0xFFFFFFFFFFFFFF)

// A token of one single, which marks may still make longer.
typedef struct {
    uint64_t low, high;
    unsigned length; // 0: a separator has closed it
    size_t start, end;
} nd_single;

#if ND_LEVEL >= 3
// nd_ready_single of eight; `*missing` gets a bit for each that is none.
static inline __m512i nd_ready_eight(const uint8_t *bytes, __mmask8 *missing) {
    const __m512i thirds = _mm512_setr_epi64(0x020100, 0x050403, 0x080706, 0x0B0A09, 0x0E0D0C, 0x11100F, 0x141312, 0x171615);
    const __m512i text = _mm512_castsi256_si512(_mm256_loadu_si256((const __m256i *)bytes));
    const __m512i words = _mm512_maskz_permutexvar_epi8(UINT64_C(0x0707070707070707), thirds, text);
    const __m512i first = _mm512_slli_epi64(_mm512_and_si512(words, _mm512_set1_epi64(0x0F)), 12);
    const __m512i second = _mm512_and_si512(_mm512_srli_epi64(words, 2), _mm512_set1_epi64(0x0FC0));
    const __m512i third = _mm512_and_si512(_mm512_srli_epi64(words, 16), _mm512_set1_epi64(0x3F));
    const __m512i scalars = _mm512_or_si512(_mm512_or_si512(first, second), third);
    const __mmask8 is_three = _mm512_cmpeq_epi64_mask(_mm512_and_si512(words, _mm512_set1_epi64(0xC0C0F0)),
                                                      _mm512_set1_epi64(0x8080E0));
    const __m512i place = _mm512_sub_epi64(scalars, _mm512_set1_epi64(0x3000));
    const __mmask8 is_kana = _mm512_mask_cmplt_epu64_mask(is_three, place, _mm512_set1_epi64(256));
    const __mmask8 is_han = _mm512_mask_cmplt_epu64_mask(
        is_three, _mm512_sub_epi64(scalars, _mm512_set1_epi64(0x4E00)), _mm512_set1_epi64(0x5200));
    const __m512i han = _mm512_maskz_or_epi64(is_han, words, _mm512_set1_epi64(INT64_C(3) << 56));
    const __m512i ready = _mm512_mask_i64gather_epi64(han, is_kana, place, nd_unicode_kana, 8);
    *missing = _mm512_testn_epi64_mask(ready, ready);
    return ready;
}

// Eight at a step, as long as that many follow and there is room for them. Returns the last one that is, as nd_ready_single has it;
// 0 where none is.
static inline uint64_t nd_read_ready_eights(nd_output *out, nd_text *text) {
    const __m512i bytes = _mm512_set1_epi64((long long)ND_READY_BYTES), one = _mm512_set1_epi64(1);
    const __m512i factor = _mm512_set1_epi64((long long)ND_MIX_A), seed = _mm512_set1_epi64((long long)out->seed);
    uint64_t all[8] = {0};
    const uint64_t *last = all;
    unsigned found = 8;
    while (found == 8 && text->at + 24 <= text->length && out->count + 8 <= out->limit) {
        __mmask8 missing;
        const __m512i ready = nd_ready_eight(text->bytes + text->at, &missing);
        // By a branch, so that the next eight needn't wait for these: mostly all are.
        if (__builtin_expect(missing != 0, 0)) {
            found = (unsigned)__builtin_ctz(missing);
            if (found == 0) break;
        }
        const __mmask8 tokens = (__mmask8)_bzhi_u32(0xFF & ~(unsigned)_mm512_movepi64_mask(ready), found);
        const __m512i hashes = nd_fold_multiply_eight(_mm512_xor_si512(_mm512_and_si512(ready, bytes), seed), factor);
        // Beyond the last token there is room for more, which the next overwrite.
        _mm512_storeu_si512(out->tokens + out->count, _mm512_maskz_compress_epi64(tokens, _mm512_or_si512(hashes, one)));
        out->count += (size_t)__builtin_popcount(tokens);
        text->at += 3 * (size_t)found;
        _mm512_storeu_si512(all, ready);
        last = all + found - 1;
    }
    return *last;
}
#endif

// Kana and Han in a row: what most texts without spaces are made of, and the only thing done here.
static inline nd_single nd_read_ready_singles(nd_output *out, nd_text *text, nd_single last) {
    const size_t from = text->at;
    uint64_t ready = (uint64_t)last.length << 56 | last.low;
#if ND_LEVEL >= 3
    const uint64_t ready_before = out->spans ? 0 : nd_read_ready_eights(out, text);
    if (ready_before) ready = ready_before;
#endif
    const uint8_t *bytes = text->bytes;
    const size_t end = text->length < 3 ? 0 : text->length - 2, limit = out->limit;
    const uint64_t seed = out->seed;
    uint64_t *tokens = out->tokens;
    size_t at = text->at, count = out->count;
    while (at < end && count <= limit) {
        uint32_t word;
        memcpy(&word, bytes + at, 4);
        uint64_t next = nd_ready_single(word);
        if (next == 0) break;
        ready = next;
        size_t is_token = next >> 63 ^ 1;
        at += 3;
        // Beyond the last token there is room for one more, which the next overwrites.
        tokens[count] = nd_token_finish(nd_token_step(seed, ready & ND_READY_BYTES, 0), ND_TOKEN_SINGLE);
        if (out->spans) out->spans[count] = (nd_token_span){(uint32_t)(at - 3), (uint32_t)at};
        count += is_token;
    }
    if (at == from) return last;
    text->at = at;
    out->count = count;
    return (nd_single){ready & ND_READY_BYTES, 0, (unsigned)(ready >> 56) & 0x7F, at - 3, at};
}

#endif
