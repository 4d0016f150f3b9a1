#include "sink.h"

#include <string.h>

/// Bytes that end a run of text: white space, and the byte a no-break space begins with.
static const bool ends_run[256] = {
    [' '] = true, ['\t'] = true, ['\n'] = true, ['\r'] = true, ['\f'] = true, [0xC2] = true,
};

static void write(struct nd_sink *sink, const uint8_t *bytes, size_t count) {
    const size_t room = sink->capacity - sink->count;
    if (count > room) {
        sink->is_full = true;
        count = room;
    }
    memcpy(sink->bytes + sink->count, bytes, count);
    sink->count += count;
}

static void write_separator(struct nd_sink *sink) {
    static const uint8_t separators[] = {0, ' ', '\t', '\n'};
    if (sink->pending == ND_SEPARATOR_NONE) return;
    if (sink->count > sink->start) write(sink, &separators[sink->pending], 1);
    sink->pending = ND_SEPARATOR_NONE;
}

static void append_preformatted(struct nd_sink *sink, const uint8_t *text, size_t count) {
    write_separator(sink);
    for (size_t at = 0; at < count;) {
        // A line end of the page's writes one of ours.
        size_t stop = at;
        while (stop < count && text[stop] != '\r') stop += 1;
        write(sink, text + at, stop - at);
        at = stop;
        if (at < count) {
            at += 1;
            if (at == count || text[at] != '\n') write(sink, (const uint8_t *)"\n", 1);
        }
    }
}

void nd_sink_append(struct nd_sink *sink, const uint8_t *text, size_t count) {
    if (sink->is_full) return;
    if (sink->pre > 0) {
        append_preformatted(sink, text, count);
        return;
    }
    size_t at = 0;
    while (at < count) {
        const uint8_t byte = text[at];
        if (byte == ' ' || (byte >= '\t' && byte <= '\r')) {
            nd_sink_separate(sink, ND_SEPARATOR_SPACE);
            at += 1;
            continue;
        }
        if (byte == 0xC2 && at + 1 < count && text[at + 1] == 0xA0) {
            nd_sink_separate(sink, ND_SEPARATOR_SPACE);
            at += 2;
            continue;
        }
        // Single spaces within the run are taken along.
        size_t stop = at + 1;
        while (stop < count) {
            if (!ends_run[text[stop]]) {
                stop += 1;
            } else if (text[stop] == ' ' && stop + 1 < count && !ends_run[text[stop + 1]]) {
                stop += 2;
            } else if (text[stop] == 0xC2 && stop + 1 < count && text[stop + 1] != 0xA0) {
                stop += 2;
            } else {
                break;
            }
        }
        write_separator(sink);
        write(sink, text + at, stop - at);
        at = stop;
    }
}
