#include "walker.hpp"

#include "measure.hpp"
#include "scalars.hpp"
#include "unescape.hpp"

#include <cstring>

namespace neardup {
namespace {

/// The longest key that is compared after undoing its escapes; a longer one is no field's.
constexpr uint64_t max_escaped_key = 2048;

/// A key's bytes; one with escapes is unescaped into `scratch`.
std::string_view key_at(const uint8_t *content, const uint8_t *end, uint8_t *scratch) noexcept {
    const uint8_t *at = content;
    while (at < end && *at != '"' && *at != '\\') at += 1;
    if (at < end && *at == '\\') {
        // Undone a piece at a time it would be the same; but keys this long are nobody's field.
        const uint64_t available = static_cast<uint64_t>(end - content);
        const uint64_t bounded = available < max_escaped_key ? available : max_escaped_key;
        const unescaped key = unescape(content, bounded, scratch, max_escaped_key);
        if (!key.is_valid) return {};
        return {reinterpret_cast<const char *>(scratch), static_cast<size_t>(key.count)};
    }
    return {reinterpret_cast<const char *>(content), static_cast<size_t>(at - content)};
}

}  // namespace

nd_json_status walker::walk(const paths &wanted) noexcept {
    if (peek() != '{') {
        if (skip_value() && at_end()) return ND_JSON_NOT_AN_OBJECT;
    } else {
        next_ += 1;
        if (walk_object(wanted) && at_end()) {
            if (refused_ != ND_JSON_OK) return refused_;
            return is_found_[ND_JSON_TEXT] ? ND_JSON_OK : ND_JSON_NO_TEXT;
        }
    }
    document_.error_offset = at_end() ? record_.length : record_.starts[next_];
    return ND_JSON_INVALID;
}

bool walker::walk_object(const paths &wanted) noexcept {
    if (take('}')) return true;
    while (true) {
        if (!walk_member(wanted)) return false;
        if (take(',')) continue;
        return take('}');
    }
}

bool walker::walk_member(const paths &wanted) noexcept {
    if (peek() != '"') return false;
    uint8_t scratch[max_escaped_key + 16];
    const std::string_view key = key_at(here() + 1, end(), scratch);
    next_ += 1;
    if (!take(':')) return false;

    paths nested = {};
    bool is_nested = false;
    for (uint32_t index = 0; index < ND_JSON_FIELD_COUNT; index += 1) {
        const std::string_view left = wanted.left[index];
        if (!wanted.is_active[index] || is_found_[index] || left.size() < key.size()) continue;
        if (left.compare(0, key.size(), key) != 0) continue;
        if (left.size() == key.size()) {
            is_found_[index] = true;
            if (!read_value(index)) return false;
        } else if (left[key.size()] == '.') {
            nested.left[index] = left.substr(key.size() + 1);
            nested.is_active[index] = is_nested = true;
        }
    }
    if (is_nested && take('{')) return walk_object(nested);
    return skip_value();
}

bool walker::read_value(uint32_t field) noexcept {
    switch (peek()) {
        case '"': return read_string(field);
        case '{':
        case '[':
        case 't':
        case 'f':
            if (field == ND_JSON_TEXT) refuse(ND_JSON_TEXT_NOT_STRING);
            if (field == ND_JSON_ID) refuse(ND_JSON_UNUSABLE_ID);
            return true;
        case 'n':
            if (field == ND_JSON_TEXT) refuse(ND_JSON_TEXT_NOT_STRING);
            return true;
        default: return read_number(field);
    }
}

bool walker::read_number(uint32_t field) noexcept {
    if (at_end()) return false;
    const uint64_t count = scalar_length(here(), end());
    if (count == 0) return false;
    if (field == ND_JSON_TEXT) {
        refuse(ND_JSON_TEXT_NOT_STRING);
    } else if (is_within_limit(field, count)) {
        std::memcpy(fields_.bytes + fields_.count, here(), count);
        document_.fields[field] = {fields_.count, count};
        fields_.count += count;
    }
    return true;
}

bool walker::read_string(uint32_t field) noexcept {
    const uint8_t *const content = here() + 1;
    const bool is_text = field == ND_JSON_TEXT;
    if (is_text && limits_.leaves_texts && leave_text(content)) return true;
    nd_json_buffer &buffer = is_text ? text_ : fields_;
    const uint64_t limit = is_text             ? limits_.max_text_bytes
                           : field == ND_JSON_ID ? limits_.max_id_bytes
                                                 : limits_.max_other_bytes;
    const unescaped value =
        unescape(content, static_cast<uint64_t>(end() - content), buffer.bytes + buffer.count, limit);
    if (!value.is_valid) return false;
    document_.lone_surrogates += value.lone_surrogates;
    if (is_text) {
        document_.text_was_cut = value.was_cut;
    } else if (!is_within_limit(field, value.was_cut ? limit + 1 : value.count)) {
        return true;
    }
    document_.fields[field] = {buffer.count, value.count};
    buffer.count += value.count;
    return true;
}

bool walker::leave_text(const uint8_t *content) noexcept {
    const measured text = measure(content, static_cast<uint64_t>(end() - content));
    if (!text.is_simple || text.unescaped_count > limits_.max_text_bytes) return false;
    document_.text_is_escaped = true;
    document_.fields[ND_JSON_TEXT] = {static_cast<uint64_t>(content - record_.json), text.count};
    return true;
}

bool walker::is_within_limit(uint32_t field, uint64_t count) noexcept {
    if (field != ND_JSON_ID) return count <= limits_.max_other_bytes;
    if (count > limits_.max_id_bytes) refuse(ND_JSON_ID_TOO_LONG);
    return count <= limits_.max_id_bytes;
}

bool walker::skip_scalar() noexcept {
    if (at_end()) return false;
    if (peek() != '"' && scalar_length(here(), end()) == 0) return false;
    next_ += 1;
    return true;
}

bool walker::skip_value() noexcept {
    const uint8_t first = peek();
    return first == '{' || first == '[' ? skip_container() : skip_scalar();
}

bool walker::skip_container() noexcept {
    // One entry a container that is open: whether it is an object. No recursion, so that depth costs no stack.
    bool is_object[max_depth];
    int depth = 0;
    while (true) {
        // A value begins at the cursor.
        bool is_open = false;
        if (take('{')) {
            if (depth == max_depth) return false;
            is_object[depth++] = true;
            is_open = !take('}');
            if (!is_open) depth -= 1;
        } else if (take('[')) {
            if (depth == max_depth) return false;
            is_object[depth++] = false;
            is_open = !take(']');
            if (!is_open) depth -= 1;
        } else if (!skip_scalar()) {
            return false;
        }
        // After a value: what closes, until something goes on.
        while (!is_open) {
            if (depth == 0) return true;
            if (take(',')) break;
            if (!take(is_object[depth - 1] ? '}' : ']')) return false;
            depth -= 1;
        }
        if (is_object[depth - 1]) {
            if (peek() != '"') return false;
            next_ += 1;
            if (!take(':')) return false;
        }
    }
}

}  // namespace neardup
