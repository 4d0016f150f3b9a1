// A text to tokens and shingles: the levels of processors against each other, and blocks against the whole; as it stands, and
// with its escapes against what they stand for.
#include "CKernels.h"
#include "fuzzing.h"

typedef struct {
    uint64_t *tokens;
    nd_token_span *spans;
    size_t count, invalid, escapes;
} reading;

static reading room(size_t length) {
    size_t capacity = nd_token_capacity(length);
    return (reading){nd_exactly(capacity, sizeof(uint64_t)), nd_exactly(capacity, sizeof(nd_token_span)), 0, 0, 0};
}

static void release(reading r) {
    free(r.tokens);
    free(r.spans);
}

static void expect_equal(reading a, reading b) {
    ND_EXPECT(a.count == b.count);
    ND_EXPECT(a.invalid == b.invalid);
    ND_EXPECT(nd_equal(a.tokens, b.tokens, a.count * sizeof *a.tokens));
    ND_EXPECT(nd_equal(a.spans, b.spans, a.count * sizeof *a.spans));
}

// Block after block, each in memory of its own. Without spans, which kernels go other ways for, those of the reading are zeros.
static reading in_blocks(
    nd_tokeniser state, const uint8_t *text, size_t length, uint64_t seed, size_t limit, int with_spans
) {
    reading all = room(length);
    size_t capacity = nd_token_block_capacity(length, limit), blocks = 0;
    while (!state.is_done) {
        ND_EXPECT(blocks++ <= all.count + 1); // every block but the last has tokens
        uint64_t *tokens = nd_exactly(capacity, sizeof *tokens);
        nd_token_span *spans = nd_exactly(capacity, sizeof *spans);
        size_t count = nd_tokenise_block(&state, text, length, seed, limit, tokens, with_spans ? spans : NULL);
        ND_EXPECT(count <= capacity);
        ND_EXPECT(all.count + count <= nd_token_capacity(length));
        memcpy(all.tokens + all.count, tokens, count * sizeof *tokens);
        if (with_spans) memcpy(all.spans + all.count, spans, count * sizeof *spans);
        all.count += count;
        free(tokens);
        free(spans);
    }
    all.invalid = state.invalid;
    all.escapes = state.escapes;
    return all;
}

// Every level reads the text with its escapes as what they stand for is read.
static void expect_escapes(const uint8_t *text, size_t length, uint64_t seed, size_t limit) {
    uint8_t *plain = nd_exactly(length + ND_TEXT_PADDING, 1);
    size_t count = 0, invalid = 0;
    for (size_t i = 0; i < length; i += 1 + (text[i] == '\\')) plain[count++] = text[i] == '\\' ? ' ' : text[i];
    memset(plain + count, 0, ND_TEXT_PADDING);
    reading expected = room(count);
    expected.count = nd_tokenise(plain, count, seed, expected.tokens, expected.spans, &invalid);
    for (int level = ND_LEVEL_PORTABLE; level <= ND_LEVEL_AVX512; level++) {
        nd_processor_use((nd_level)level);
        for (int with_spans = 0; with_spans <= 1; with_spans++) {
            reading found = in_blocks(nd_tokeniser_begin_escaped(), text, length, seed, limit, with_spans);
            ND_EXPECT(found.count == expected.count && found.invalid == invalid && found.escapes == length - count);
            ND_EXPECT(nd_equal(found.tokens, expected.tokens, found.count * sizeof *found.tokens));
            release(found);
        }
    }
    release(expected);
    free(plain);
}

static void expect_shingles_in_blocks(reading r, size_t width, uint64_t seed, size_t limit) {
    size_t count = nd_shingle_count(r.count, width), done = 0, known = 0, first = 0;
    uint64_t *whole = nd_exactly(count, sizeof *whole);
    uint64_t *tokens = nd_copy(r.tokens, r.count, sizeof *tokens);
    ND_EXPECT(nd_shingles(tokens, r.count, width, seed, whole) == count);
    nd_content content = nd_content_begin();
    // Tokens [first, known) are those of a block and the last ones before it.
    for (int is_last = r.count == 0; !is_last;) {
        size_t end = r.count - known < limit ? r.count : known + limit;
        is_last = end == r.count;
        nd_content_add(&content, tokens + known, end - known);
        known = end;
        size_t here = nd_shingle_count(known - first, width);
        uint64_t *part = nd_exactly(here, sizeof *part);
        ND_EXPECT(nd_shingles(tokens + first, known - first, width, seed, part) == here);
        size_t certain = is_last ? here : known - first < 2 * width ? 0 : known - first - 2 * width + 1;
        ND_EXPECT(done + certain <= count);
        ND_EXPECT(nd_equal(part, whole + done, certain * sizeof *part));
        done += certain;
        first += certain;
        free(part);
    }
    ND_EXPECT(done == count);
    uint64_t hash[2], in_blocks[2];
    nd_content_hash(tokens, r.count, hash);
    nd_content_finish(&content, in_blocks);
    ND_EXPECT(nd_equal(hash, in_blocks, sizeof hash));
    free(tokens);
    free(whole);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    nd_choices choices = {data, size};
    size_t limit = 1 + nd_choose(&choices, 1), width = 1 + nd_choose(&choices, 1) % 64;
    uint64_t seed = nd_choose(&choices, 1);
    int padding = (int)nd_choose(&choices, 1);
    size_t length = choices.left;
    uint8_t *text = nd_exactly(length + ND_TEXT_PADDING, 1);
    if (length) memcpy(text, choices.bytes, length);
    memset(text + length, padding, ND_TEXT_PADDING);

    reading whole = room(length);
    nd_processor_use(ND_LEVEL_PORTABLE);
    whole.count = nd_tokenise(text, length, seed, whole.tokens, whole.spans, &whole.invalid);
    for (int level = ND_LEVEL_PORTABLE; level <= ND_LEVEL_AVX512; level++) {
        nd_processor_use((nd_level)level);
        reading blocks = in_blocks(nd_tokeniser_begin(), text, length, seed, level & 1 ? limit : SIZE_MAX, 1);
        expect_equal(whole, blocks);
        release(blocks);
        blocks = in_blocks(nd_tokeniser_begin(), text, length, seed, level & 1 ? SIZE_MAX : limit, 0);
        ND_EXPECT(blocks.count == whole.count && blocks.invalid == whole.invalid);
        ND_EXPECT(nd_equal(blocks.tokens, whole.tokens, whole.count * sizeof *whole.tokens));
        release(blocks);
        expect_shingles_in_blocks(whole, width, seed, limit);
    }
    expect_escapes(text, length, seed, limit);
    ND_EXPECT(whole.invalid <= length);
    for (size_t i = 0; i < whole.count; i++) {
        ND_EXPECT(whole.spans[i].start < whole.spans[i].end && whole.spans[i].end <= length);
    }
    release(whole);
    free(text);
    return 0;
}
