// How long the kernels between a text and its shingles take: nanoseconds a byte, for each level of processors. Lines of a file
// are the texts, so that JSON lines are texts of the usual length.
//
//   clang -O2 -ISources/CKernels/include -o text Benchmarks/kernels/text.c \
//     Sources/CKernels/{tokenise*,shingle*,content,processor,unicode_table}.c
//   ./text FILE [escaped]
#define _GNU_SOURCE
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "CKernels.h"

enum { MOST = 24 << 20, REPEATS = 8 };

// Of the processor, so that others on the machine count less.
static double now(void) {
    struct timespec time;
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time);
    return (double)time.tv_sec + 1e-9 * (double)time.tv_nsec;
}

typedef struct {
    uint64_t *tokens, *shingles, sum;
    size_t count;
} work;

enum { TOKENS, SHINGLES, CONTENT, STAGES };

static void run(const uint8_t *text, size_t length, int is_escaped, int stage, work *work) {
    nd_tokeniser state = is_escaped ? nd_tokeniser_begin_escaped() : nd_tokeniser_begin();
    size_t count = nd_tokenise_block(&state, text, length, 0, SIZE_MAX, work->tokens, NULL);
    uint64_t hash[2] = {0, 0};
    if (stage == SHINGLES && nd_shingles(work->tokens, count, 5, 0, work->shingles)) work->sum += work->shingles[0];
    if (stage == CONTENT) nd_content_hash(work->tokens, count, hash);
    work->sum += hash[0] + work->tokens[0];
    work->count += count;
}

int main(int count, char **arguments) {
    FILE *file = count > 1 ? fopen(arguments[1], "rb") : NULL;
    uint8_t *bytes = calloc(MOST + ND_TEXT_PADDING, 1);
    if (!file || !bytes) return fprintf(stderr, "usage: %s FILE [escaped]\n", arguments[0]), 64;
    const size_t length = fread(bytes, 1, MOST, file);
    const int is_escaped = count > 2;
    fclose(file);
    size_t room = 8 * nd_token_capacity(length);
    work work = {malloc(room), malloc(room), 0, 0};
    if (length == 0 || !work.tokens || !work.shingles) return 1;
    for (int level = ND_LEVEL_PORTABLE; level <= ND_LEVEL_AVX512; level++) {
        if ((int)nd_processor_use((nd_level)level) != level) break;
        double best[STAGES] = {1e9, 1e9, 1e9};
        for (int repeat = 0; repeat < REPEATS * STAGES; repeat++) {
            const double begin = now();
            work.count = 0;
            for (const uint8_t *line = bytes, *end = bytes + length; line < end;) {
                const uint8_t *next = memchr(line, '\n', (size_t)(end - line));
                next = next ? next + 1 : end;
                run(line, (size_t)(next - line), is_escaped, repeat % STAGES, &work);
                line = next;
            }
            const double time = (now() - begin) * 1e9 / (double)length;
            if (time < best[repeat % STAGES]) best[repeat % STAGES] = time;
        }
        printf("level %d: %.2f bytes a token; tokens %.2f, shingles %.2f, content hash %.2f ns/byte (%016llx)\n", level,
               (double)length / (double)work.count, best[TOKENS], best[SHINGLES] - best[TOKENS], best[CONTENT] - best[TOKENS],
               (unsigned long long)work.sum);
    }
    return 0;
}
