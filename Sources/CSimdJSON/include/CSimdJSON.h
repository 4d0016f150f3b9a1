// Reads JSON records a batch at a time: simdjson finds where tokens begin, this shim walks them, checks the grammar and
// unescapes the four fields it is asked for straight into the caller's buffers, or says where a text stands. No exception leaves it, it keeps none of
// the caller's pointers, and it never reads beyond a record's bytes and 64 more, which must be readable.
#ifndef NEARDUP_CSIMDJSON_H
#define NEARDUP_CSIMDJSON_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/// The bytes that must be readable after the last record.
enum { ND_JSON_PADDING = 64 };

/// The fields a parser looks for.
enum nd_json_field { ND_JSON_TEXT, ND_JSON_ID, ND_JSON_URL, ND_JSON_DATE, ND_JSON_FIELD_COUNT };

/// What became of a record.
enum nd_json_status {
    ND_JSON_OK,
    /// Not well-formed JSON; `error_offset` says where.
    ND_JSON_INVALID,
    /// A raw control character or ill-formed UTF-8: worth another try once it is mended.
    ND_JSON_NEEDS_REPAIR,
    ND_JSON_NOT_AN_OBJECT,
    ND_JSON_NO_TEXT,
    ND_JSON_TEXT_NOT_STRING,
    ND_JSON_UNUSABLE_ID,
    ND_JSON_ID_TOO_LONG,
    /// No memory, or a record of 4 GB and more.
    ND_JSON_NO_MEMORY,
};

/// A record, or a field of one, in bytes from the start of its buffer.
struct nd_json_range {
    uint64_t start;
    uint64_t count;
};

/// What was found in a record. A field's range lies in the text buffer (the text) or the field buffer (the others).
struct nd_json_document {
    uint32_t status;
    /// Whether the text was over its limit and was cut.
    bool text_was_cut;
    /// Whether the text was left where it stands: its range lies in the records' bytes, and its escapes are not undone.
    bool text_is_escaped;
    /// Escapes of half a surrogate pair in the four fields; each became U+FFFD.
    uint64_t lone_surrogates;
    /// Where in the record it stops being JSON.
    uint64_t error_offset;
    struct nd_json_range fields[ND_JSON_FIELD_COUNT];
};

/// A buffer that is filled from `count` on; there must be room for what nd_json_text_room or nd_json_field_room says of each
/// of the records, and 64 bytes more.
struct nd_json_buffer {
    uint8_t *bytes;
    uint64_t count;
    uint64_t capacity;
};

struct nd_json_limits {
    uint64_t max_text_bytes;
    uint64_t max_id_bytes;
    /// URLs and dates over this are left out.
    uint64_t max_other_bytes;
    /// Whether texts may be left where they stand: those within their limit whose escapes are all of a single letter, none
    /// of them `\u`. They need no room then, but which will is not known before.
    bool leaves_texts;
};

/// The bytes by which a string may be unescaped past its limit before the rest is dropped.
enum { ND_JSON_OVERSHOOT = 64 };

static inline uint64_t nd_json_room(uint64_t limit, uint64_t record_bytes) {
    return record_bytes > ND_JSON_OVERSHOOT && record_bytes - ND_JSON_OVERSHOOT > limit ? limit + ND_JSON_OVERSHOOT
                                                                                       : record_bytes;
}

/// The room a record needs in the text buffer: no escape grows, and what is over the limit is not kept.
static inline uint64_t nd_json_text_room(struct nd_json_limits limits, uint64_t record_bytes) {
    return nd_json_room(limits.max_text_bytes, record_bytes);
}

/// The room a record needs in the field buffer: for an id and two others.
static inline uint64_t nd_json_field_room(struct nd_json_limits limits, uint64_t record_bytes) {
    const uint64_t all = nd_json_room(limits.max_id_bytes, record_bytes) +
                         2 * nd_json_room(limits.max_other_bytes, record_bytes);
    return all < record_bytes ? all : record_bytes;
}

struct nd_json_parser;

/// A parser without fields; null where there is no memory.
struct nd_json_parser *nd_json_parser_create(void);

void nd_json_parser_destroy(struct nd_json_parser *parser);

/// Says by which key a field is found: `path` as it stands, or as keys of nested objects joined by dots.
bool nd_json_parser_set_path(struct nd_json_parser *parser, uint32_t field, const char *path, size_t count);

/// Parses records and fills one document for each.
///
/// Returns false, having done nothing, where a buffer has too little room or a record lies outside `byte_count`.
bool nd_json_parse(
    struct nd_json_parser *parser, const uint8_t *bytes, uint64_t byte_count, const struct nd_json_range *records,
    size_t record_count, struct nd_json_limits limits, struct nd_json_buffer *text, struct nd_json_buffer *fields,
    struct nd_json_document *documents);

/// Whether bytes are well-formed UTF-8.
bool nd_utf8_is_valid(const uint8_t *bytes, size_t count);

#ifdef __cplusplus
}
#endif

#endif
