// From where tokens begin and end to their hashes. Compiled for each level.
#ifndef ND_TOKEN_OUTPUT_H
#define ND_TOKEN_OUTPUT_H

#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "bit_places.h"
#include "hash.h"
#include "tokenise.h"

// Where tokens go.
typedef struct {
    uint64_t seed;
    uint64_t *tokens;
    nd_token_span *spans; // null where nobody asked
    size_t count;
    size_t limit; // once there are so many, nothing new is begun
} nd_output;

// By a token's length: which of its first sixteen bytes it has.
static const uint64_t nd_token_bytes[17][2] = {
#define ND_LOW(n) ((UINT64_C(1) << (8 * (n))) - 1)
    {0, 0},
    {ND_LOW(1), 0},  {ND_LOW(2), 0},  {ND_LOW(3), 0},  {ND_LOW(4), 0},  {ND_LOW(5), 0},  {ND_LOW(6), 0},
    {ND_LOW(7), 0},  {~UINT64_C(0), 0},
    {~UINT64_C(0), ND_LOW(1)}, {~UINT64_C(0), ND_LOW(2)}, {~UINT64_C(0), ND_LOW(3)}, {~UINT64_C(0), ND_LOW(4)},
    {~UINT64_C(0), ND_LOW(5)}, {~UINT64_C(0), ND_LOW(6)}, {~UINT64_C(0), ND_LOW(7)}, {~UINT64_C(0), ~UINT64_C(0)},
#undef ND_LOW
};

// What has to be done to a token's bytes yet.
typedef enum {
    ND_FOLDED_BYTES, // nothing
    ND_ASCII,        // all are ASCII letters and digits, of which the letters may be upper case
    ND_MIXED,        // some are, the others are as they should be
} nd_bytes;

// Bit 0x20 makes ASCII letters lower case and leaves digits as they are.
static inline uint64_t nd_lower_word(uint64_t word, nd_bytes kind) {
    const uint64_t high = UINT64_C(0x8080808080808080);
    return kind == ND_ASCII ? word | high >> 2 : kind == ND_MIXED ? word | (~word & high) >> 2 : word;
}

// Sixteen bytes or fewer of a token; sixteen are readable.
static inline uint64_t nd_token_part(uint64_t hash, const uint8_t *bytes, size_t length, nd_bytes kind) {
    uint64_t low, high;
    memcpy(&low, bytes, 8);
    memcpy(&high, bytes + 8, 8);
    // Two registers: compilers take it for worth it to make them a vector, which has to be parted again.
    __asm__("" : "+r"(low));
    return nd_token_step(hash, nd_lower_word(low, kind) & nd_token_bytes[length][0],
                         nd_lower_word(high, kind) & nd_token_bytes[length][1]);
}

// All bytes of a token that are left.
static inline uint64_t nd_token_rest(uint64_t hash, const uint8_t *bytes, size_t length, nd_bytes kind) {
    for (; __builtin_expect(length > 16, 0); length -= 16, bytes += 16) hash = nd_token_part(hash, bytes, 16, kind);
    return nd_token_part(hash, bytes, length, kind);
}

static inline uint64_t nd_token_of(uint64_t seed, const uint8_t *bytes, const uint32_t *edges, nd_bytes kind) {
    size_t start = edges[0], end = edges[1];
    return nd_token_finish(nd_token_rest(seed, bytes + start, end - start, kind), 0);
}

#if ND_LEVEL >= 3
// nd_fold_multiply, of eight at once: a product of 128 bits is four of 32 by 32.
static inline __m512i nd_fold_multiply_eight(__m512i a, __m512i b) {
    const __m512i upper_a = _mm512_srli_epi64(a, 32), upper_b = _mm512_srli_epi64(b, 32);
    const __m512i low = _mm512_mul_epu32(a, b), high = _mm512_mul_epu32(upper_a, upper_b);
    const __m512i across = _mm512_add_epi64(_mm512_mul_epu32(upper_a, b), _mm512_srli_epi64(low, 32));
    const __m512i other = _mm512_add_epi64(_mm512_mul_epu32(a, upper_b), _mm512_maskz_mov_epi32(0x5555, across));
    const __m512i product = _mm512_mask_mov_epi32(low, 0xAAAA, _mm512_slli_epi64(other, 32));
    const __m512i carried = _mm512_add_epi64(_mm512_srli_epi64(across, 32), _mm512_srli_epi64(other, 32));
    return _mm512_xor_si512(product, _mm512_add_epi64(high, carried));
}

// nd_lower_word of those bytes that `kept` has bits for.
static inline __m512i nd_lower_eight(__m512i words, __m512i kept, nd_bytes kind) {
    const __m512i ascii = _mm512_set1_epi8(0x20);
    if (kind == ND_FOLDED_BYTES) return _mm512_and_si512(words, kept);
    const __m512i bits = kind == ND_ASCII ? ascii : _mm512_andnot_si512(_mm512_srli_epi64(words, 2), ascii);
    return _mm512_ternarylogic_epi64(words, bits, kept, 0xA8); // (words | bits) & kept
}

// Eight tokens; returns a bit for each that is longer than 16 bytes, whose hash is that of no token.
static inline __mmask8 nd_emit_eight(const uint8_t *bytes, const uint32_t *edges, uint64_t seed, nd_bytes kind, uint64_t *to) {
    const __m512i both = _mm512_loadu_si512(edges), eight = _mm512_set1_epi64(8);
    const __m512i starts = _mm512_maskz_mov_epi32(0x5555, both);
    const __m512i lengths = _mm512_sub_epi64(_mm512_srli_epi64(both, 32), starts);
    const __m512i low = _mm512_i64gather_epi64(starts, bytes, 1), high = _mm512_i64gather_epi64(starts, bytes + 8, 1);
    // Shifting by 64 or more gives 0, and one less is every bit.
    const __m512i one = _mm512_set1_epi64(1), bits = _mm512_slli_epi64(lengths, 3);
    const __m512i more = _mm512_slli_epi64(_mm512_sub_epi64(_mm512_max_epi64(lengths, eight), eight), 3);
    const __m512i low_kept = _mm512_sub_epi64(_mm512_sllv_epi64(one, bits), one);
    const __m512i high_kept = _mm512_sub_epi64(_mm512_sllv_epi64(one, more), one);
    const __m512i first = _mm512_xor_si512(nd_lower_eight(low, low_kept, kind), _mm512_set1_epi64((long long)seed));
    const __m512i second =
        _mm512_xor_si512(nd_lower_eight(high, high_kept, kind), _mm512_set1_epi64((long long)ND_MIX_A));
    const __m512i hashes = nd_fold_multiply_eight(first, second);
    _mm512_storeu_si512(to, _mm512_andnot_si512(one, hashes)); // nd_token_finish
    return _mm512_cmpgt_epi64_mask(lengths, _mm512_set1_epi64(16));
}
#endif

// Tokens of `bytes`, of each its beginning and its end.
static inline __attribute__((always_inline)) void nd_emit(nd_output *out, const uint8_t *bytes, const uint32_t *edges,
                                                          size_t tokens, nd_bytes kind) {
    const uint64_t seed = out->seed;
    uint64_t *to = out->tokens + out->count;
    size_t i = 0;
#if ND_LEVEL >= 3
    for (; i + 8 <= tokens; i += 8) {
        __mmask8 longer = nd_emit_eight(bytes, edges + 2 * i, seed, kind, to + i);
        for (; __builtin_expect(longer != 0, 0); longer &= longer - 1) {
            const size_t k = i + (size_t)__builtin_ctz(longer);
            to[k] = nd_token_of(seed, bytes, edges + 2 * k, kind);
        }
    }
#endif
    // By fours, of which few have a long one: a branch for each would cost as much as its hash.
    for (; i + 4 <= tokens; i += 4) {
        const uint32_t *four = edges + 2 * i;
        const uint32_t a = four[1] - four[0], b = four[3] - four[2], c = four[5] - four[4], d = four[7] - four[6];
        if (__builtin_expect((a > 16) | (b > 16) | (c > 16) | (d > 16), 0)) {
            for (size_t k = i; k < i + 4; k++) to[k] = nd_token_of(seed, bytes, edges + 2 * k, kind);
            continue;
        }
        to[i] = nd_token_finish(nd_token_part(seed, bytes + four[0], a, kind), 0);
        to[i + 1] = nd_token_finish(nd_token_part(seed, bytes + four[2], b, kind), 0);
        to[i + 2] = nd_token_finish(nd_token_part(seed, bytes + four[4], c, kind), 0);
        to[i + 3] = nd_token_finish(nd_token_part(seed, bytes + four[6], d, kind), 0);
    }
    for (; i < tokens; i++) to[i] = nd_token_of(seed, bytes, edges + 2 * i, kind);
    out->count += tokens;
}

// Writes the places of the bits, each `base` further on; returns how many. There must be room for 64 and 8 more.
static inline size_t nd_put_edges(uint32_t *edges, uint64_t bits, size_t base) {
    size_t count = 0;
#if ND_LEVEL >= 3
    // All places of bytes, squeezed to those of the bits: more than 32 of 64 only where words are single letters.
    const __m512i every = _mm512_set_epi64(
        0x3F3E3D3C3B3A3938, 0x3736353433323130, 0x2F2E2D2C2B2A2928, 0x2726252423222120, 0x1F1E1D1C1B1A1918,
        0x1716151413121110, 0x0F0E0D0C0B0A0908, 0x0706050403020100);
    const __m512i places = _mm512_maskz_compress_epi8(bits, every), from = _mm512_set1_epi32((int)(uint32_t)base);
    count = (size_t)__builtin_popcountll(bits);
    __m256i half = _mm512_castsi512_si256(places);
    for (uint32_t *to = edges;; to += 32) {
        __m512i low = _mm512_cvtepu8_epi32(_mm256_castsi256_si128(half));
        __m512i high = _mm512_cvtepu8_epi32(_mm256_extracti128_si256(half, 1));
        _mm512_storeu_si512(to, _mm512_add_epi32(low, from));
        _mm512_storeu_si512(to + 16, _mm512_add_epi32(high, from));
        if (__builtin_expect(to + 32 >= edges + count, 1)) break;
        half = _mm512_extracti64x4_epi64(places, 1);
    }
#elif ND_LEVEL == 2
    // Eight bits at a time, whatever they are, so that no branch hangs on how many there are.
    __m256i from = _mm256_set1_epi32((int)(uint32_t)base);
    const __m256i eight = _mm256_set1_epi32(8);
#pragma clang loop unroll(full)
    for (unsigned i = 0; i < 64; i += 8) {
        size_t byte = bits >> i & 0xFF;
        __m128i places = _mm_loadl_epi64((const __m128i *)&nd_bit_places[byte]);
        _mm256_storeu_si256((__m256i *)(edges + count), _mm256_add_epi32(_mm256_cvtepu8_epi32(places), from));
        from = _mm256_add_epi32(from, eight);
        count += (size_t)__builtin_popcountll(byte);
    }
#else
    for (; bits; bits &= bits - 1) edges[count++] = (uint32_t)(base + (size_t)__builtin_ctzll(bits));
#endif
    return count;
}

#endif
