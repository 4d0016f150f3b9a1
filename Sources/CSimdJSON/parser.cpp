#include "include/CSimdJSON.h"

#define SIMDJSON_EXCEPTIONS 0
#include <simdjson.h>

#include <algorithm>
#include <memory>
#include <new>
#include <string_view>

#include "walker.hpp"

namespace {

constexpr size_t max_path_bytes = 1024;
constexpr int max_path_keys = 32;
/// The least room for tokens, and what is kept between batches; larger records get more for their batch.
constexpr size_t usual_capacity = size_t(1) << 20;

}  // namespace

struct nd_json_parser {
    /// simdjson's first stage for the best instruction set this CPU has; made with the first record.
    std::unique_ptr<simdjson::internal::dom_parser_implementation> stages;
    char path_bytes[ND_JSON_FIELD_COUNT][max_path_bytes];
    neardup::paths wanted = {};

    /// Makes room for a record of `length` bytes.
    bool reserve(size_t length) noexcept {
        if (stages && length <= stages->capacity()) return true;
        const size_t capacity = std::max(length, usual_capacity);
        if (capacity > simdjson::SIMDJSON_MAXSIZE_BYTES) return false;
        if (stages) return stages->set_capacity(capacity) == simdjson::SUCCESS;
        return simdjson::get_active_implementation()->create_dom_parser_implementation(capacity, 1, stages) ==
               simdjson::SUCCESS;
    }

    /// Gives back what an unusually large record needed: up to four bytes a byte.
    void release() noexcept {
        if (stages && stages->capacity() > 4 * usual_capacity) stages.reset();
    }

    nd_json_status parse(const uint8_t *json, uint64_t length, nd_json_limits limits, nd_json_buffer &text,
                         nd_json_buffer &fields, nd_json_document &document) noexcept {
        if (length == 0) return ND_JSON_INVALID;
        if (!reserve(length)) return ND_JSON_NO_MEMORY;
        switch (stages->stage1(json, length, simdjson::stage1_mode::regular)) {
            case simdjson::SUCCESS: break;
            case simdjson::UTF8_ERROR:
            case simdjson::UNESCAPED_CHARS: return ND_JSON_NEEDS_REPAIR;
            case simdjson::MEMALLOC:
            case simdjson::CAPACITY: return ND_JSON_NO_MEMORY;
            default:
                document.error_offset = length;
                return ND_JSON_INVALID;
        }
        const neardup::tokens tokens = {json, length, stages->structural_indexes.get(), stages->n_structural_indexes};
        return neardup::walker(tokens, limits, text, fields, document).walk(wanted);
    }
};

struct nd_json_parser *nd_json_parser_create(void) { return new (std::nothrow) nd_json_parser(); }

void nd_json_parser_destroy(struct nd_json_parser *parser) { delete parser; }

bool nd_json_parser_set_path(struct nd_json_parser *parser, uint32_t field, const char *path, size_t count) {
    if (field >= ND_JSON_FIELD_COUNT || count == 0 || count > max_path_bytes) return false;
    if (std::count(path, path + count, '.') >= max_path_keys) return false;
    std::copy(path, path + count, parser->path_bytes[field]);
    parser->wanted.left[field] = std::string_view(parser->path_bytes[field], count);
    parser->wanted.is_active[field] = true;
    return true;
}

bool nd_json_parse(struct nd_json_parser *parser, const uint8_t *bytes, uint64_t byte_count,
                   const struct nd_json_range *records, size_t record_count, struct nd_json_limits limits,
                   struct nd_json_buffer *text, struct nd_json_buffer *fields, struct nd_json_document *documents) {
    // Limits no record can reach, so that sums of room don't overflow.
    limits.max_text_bytes = std::min<uint64_t>(limits.max_text_bytes, UINT32_MAX);
    limits.max_id_bytes = std::min<uint64_t>(limits.max_id_bytes, UINT32_MAX);
    limits.max_other_bytes = std::min<uint64_t>(limits.max_other_bytes, UINT32_MAX);
    uint64_t text_room = ND_JSON_PADDING;
    uint64_t field_room = ND_JSON_PADDING;
    for (size_t index = 0; index < record_count; index += 1) {
        const nd_json_range record = records[index];
        if (record.start > byte_count || record.count > byte_count - record.start) return false;
        const uint64_t text_part = nd_json_text_room(limits, record.count);
        const uint64_t field_part = nd_json_field_room(limits, record.count);
        if (text_room + text_part < text_part || field_room + field_part < field_part) return false;
        text_room += text_part;
        field_room += field_part;
    }
    if (text->capacity < text->count || text->capacity - text->count < text_room) return false;
    if (fields->capacity < fields->count || fields->capacity - fields->count < field_room) return false;
    for (size_t index = 0; index < record_count; index += 1) {
        const nd_json_range record = records[index];
        const uint64_t text_count = text->count;
        const uint64_t field_count = fields->count;
        nd_json_document &document = documents[index];
        document = {};
        const nd_json_status status =
            parser->parse(bytes + record.start, record.count, limits, *text, *fields, document);
        document.status = status;
        if (document.text_is_escaped) document.fields[ND_JSON_TEXT].start += record.start;
        if (status != ND_JSON_OK) {
            text->count = text_count;
            fields->count = field_count;
        }
    }
    parser->release();
    return true;
}

bool nd_utf8_is_valid(const uint8_t *bytes, size_t count) {
    return simdjson::validate_utf8(reinterpret_cast<const char *>(bytes), count);
}
