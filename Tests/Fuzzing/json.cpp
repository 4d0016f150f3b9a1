// JSON lines: nothing outside the records and the room asked for is touched, and texts are those that simdjson's own tree
// has.
#include "CSimdJSON.h"
#include "fuzzing.h"

#include <simdjson.h>

#include <cstring>
#include <string_view>
#include <vector>

namespace {

/// The least that must hold whatever the input.
void expect_sound(const nd_json_document &document, const nd_json_range &record, const nd_json_limits &limits,
                  const nd_json_buffer &text, const nd_json_buffer &fields) {
    ND_EXPECT(document.status <= ND_JSON_NO_MEMORY);
    ND_EXPECT(document.error_offset <= record.count);
    if (document.status != ND_JSON_OK) return;
    for (uint32_t field = 0; field < ND_JSON_FIELD_COUNT; field += 1) {
        const nd_json_range found = document.fields[field];
        const nd_json_buffer &buffer = field == ND_JSON_TEXT ? text : fields;
        const uint64_t limit = field == ND_JSON_TEXT ? limits.max_text_bytes
                               : field == ND_JSON_ID ? limits.max_id_bytes
                                                     : limits.max_other_bytes;
        ND_EXPECT(found.start <= buffer.count && found.count <= buffer.count - found.start);
        ND_EXPECT(found.count <= limit);
        ND_EXPECT(nd_utf8_is_valid(buffer.bytes + found.start, found.count));
    }
}

/// Where simdjson makes a tree of the record, an object with one text, that is the text.
void expect_same_text(const nd_json_document &document, std::string_view record, const nd_json_buffer &text) {
    static simdjson::dom::parser parser;
    const simdjson::padded_string copy(record);
    simdjson::dom::object object;
    if (parser.parse(copy).get(object) != simdjson::SUCCESS) return;
    ND_EXPECT(document.status != ND_JSON_INVALID && document.status != ND_JSON_NEEDS_REPAIR);
    ND_EXPECT(document.status != ND_JSON_NOT_AN_OBJECT);
    simdjson::dom::element element;
    const bool is_there = object.at_key("text").get(element) == simdjson::SUCCESS;
    ND_EXPECT(is_there || document.status != ND_JSON_OK);
    std::string_view expected;
    if (!is_there || element.get(expected) != simdjson::SUCCESS) {
        ND_EXPECT(document.status != ND_JSON_OK);
        return;
    }
    if (document.status != ND_JSON_OK) {
        ND_EXPECT(document.status == ND_JSON_UNUSABLE_ID || document.status == ND_JSON_ID_TOO_LONG);
        return;
    }
    const nd_json_range range = document.fields[ND_JSON_TEXT];
    const std::string_view found(reinterpret_cast<const char *>(text.bytes) + range.start, range.count);
    ND_EXPECT(document.text_was_cut == (found.size() < expected.size()));
    ND_EXPECT(expected.substr(0, found.size()) == found);
    ND_EXPECT(document.text_was_cut || found.size() == expected.size());
}

/// A text that was left where it stands is the one whose escapes were undone, but for those.
void expect_same_left(const nd_json_document &left, const nd_json_document &undone, const uint8_t *bytes,
                      const nd_json_range &record, const nd_json_buffer &text) {
    ND_EXPECT(left.status == undone.status && left.error_offset == undone.error_offset);
    if (left.status != ND_JSON_OK) return;
    ND_EXPECT(left.text_was_cut == undone.text_was_cut);
    if (!left.text_is_escaped) return;
    const nd_json_range range = left.fields[ND_JSON_TEXT];
    ND_EXPECT(range.start > record.start && range.start + range.count < record.start + record.count);
    ND_EXPECT(bytes[range.start - 1] == '"' && bytes[range.start + range.count] == '"');
    const uint64_t expected_count = undone.fields[ND_JSON_TEXT].count;
    const uint8_t *expected = text.bytes + undone.fields[ND_JSON_TEXT].start;
    uint64_t count = 0;
    for (uint64_t at = range.start; at < range.start + range.count; at += 1, count += 1) {
        uint8_t byte = bytes[at];
        if (byte == '\\') {
            at += 1;
            const char *const found = std::strchr("b\bf\fn\nr\rt\t\"\"\\\\//", bytes[at]);
            ND_EXPECT(found != nullptr);
            byte = static_cast<uint8_t>(found[1]);
        }
        ND_EXPECT(count < expected_count && byte == expected[count]);
    }
    ND_EXPECT(count == expected_count);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    static nd_json_parser *const parser = [] {
        nd_json_parser *const made = nd_json_parser_create();
        ND_EXPECT(made != nullptr);
        nd_json_parser_set_path(made, ND_JSON_TEXT, "text", 4);
        nd_json_parser_set_path(made, ND_JSON_ID, "id", 2);
        nd_json_parser_set_path(made, ND_JSON_URL, "meta.url", 8);
        nd_json_parser_set_path(made, ND_JSON_DATE, "date", 4);
        return made;
    }();
    nd_choices choices = {data, size};
    nd_json_limits limits = {};
    limits.max_text_bytes = 1 + nd_choose(&choices, 1) * 4;
    limits.max_id_bytes = 1 + nd_choose(&choices, 1);
    limits.max_other_bytes = 1 + nd_choose(&choices, 1);
    const size_t length = choices.left;
    uint8_t *const bytes = static_cast<uint8_t *>(nd_exactly(length + ND_JSON_PADDING, 1));
    if (length > 0) std::memcpy(bytes, choices.bytes, length);
    std::memset(bytes + length, 0, ND_JSON_PADDING);

    std::vector<nd_json_range> records;
    uint64_t text_room = ND_JSON_PADDING, field_room = ND_JSON_PADDING;
    for (size_t start = 0; start < length;) {
        const void *const found = std::memchr(bytes + start, '\n', length - start);
        const size_t end = found ? static_cast<size_t>(static_cast<const uint8_t *>(found) - bytes) : length;
        records.push_back({start, end - start});
        text_room += nd_json_text_room(limits, end - start);
        field_room += nd_json_field_room(limits, end - start);
        start = end + 1;
    }
    nd_json_buffer text = {static_cast<uint8_t *>(nd_exactly(text_room, 1)), 0, text_room};
    nd_json_buffer fields = {static_cast<uint8_t *>(nd_exactly(field_room, 1)), 0, field_room};
    std::vector<nd_json_document> documents(records.size());
    ND_EXPECT(nd_json_parse(parser, bytes, length, records.data(), records.size(), limits, &text, &fields,
                            documents.data()));
    for (size_t index = 0; index < records.size(); index += 1) {
        expect_sound(documents[index], records[index], limits, text, fields);
        const std::string_view record(reinterpret_cast<const char *>(bytes) + records[index].start,
                                      records[index].count);
        expect_same_text(documents[index], record, text);
    }
    // Again with texts left where they stand; what has to be undone goes into other room.
    nd_json_buffer other = {static_cast<uint8_t *>(nd_exactly(text_room, 1)), 0, text_room};
    std::vector<nd_json_document> left(records.size());
    limits.leaves_texts = true;
    fields.count = 0;
    ND_EXPECT(nd_json_parse(parser, bytes, length, records.data(), records.size(), limits, &other, &fields, left.data()));
    for (size_t index = 0; index < records.size(); index += 1) {
        expect_same_left(left[index], documents[index], bytes, records[index], text);
    }
    free(other.bytes);
    free(text.bytes);
    free(fields.bytes);
    free(bytes);
    return 0;
}
