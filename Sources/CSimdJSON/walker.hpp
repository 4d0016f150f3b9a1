// Walks the tokens simdjson found in one record: checks the grammar and picks out the fields asked for.
#ifndef NEARDUP_WALKER_HPP
#define NEARDUP_WALKER_HPP

#include "include/CSimdJSON.h"

#include <cstddef>
#include <cstdint>
#include <string_view>

namespace neardup {

/// How deep containers may be nested.
constexpr int max_depth = 1024;

/// The record's bytes and where in them tokens begin.
struct tokens {
    const uint8_t *json;
    uint64_t length;
    const uint32_t *starts;
    uint32_t count;
};

/// What is left to match of each field's path; a null path is out of the running.
struct paths {
    std::string_view left[ND_JSON_FIELD_COUNT];
    bool is_active[ND_JSON_FIELD_COUNT];
};

class walker {
   public:
    walker(tokens record, nd_json_limits limits, nd_json_buffer &text, nd_json_buffer &fields,
           nd_json_document &document) noexcept
        : record_(record), limits_(limits), text_(text), fields_(fields), document_(document) {}

    /// Walks the whole record and returns its status; `document` then says where its fields lie.
    nd_json_status walk(const paths &wanted) noexcept;

   private:
    /// After the opening brace, to the closing one. False where the record isn't JSON.
    bool walk_object(const paths &wanted) noexcept;
    bool walk_member(const paths &wanted) noexcept;
    /// Over one value of any kind, checking it.
    bool skip_value() noexcept;
    bool skip_container() noexcept;
    bool skip_scalar() noexcept;
    /// Reads the value at the cursor for a field, without moving on. False where it isn't JSON.
    bool read_value(uint32_t field) noexcept;
    bool read_number(uint32_t field) noexcept;
    bool read_string(uint32_t field) noexcept;
    /// Says of a text where it stands in the record, where it may be left there.
    bool leave_text(const uint8_t *content) noexcept;
    /// Whether a field other than the text may have `count` bytes; refuses the record for an id that may not.
    bool is_within_limit(uint32_t field, uint64_t count) noexcept;
    /// Notes the first reason for which a record that is JSON gives no document.
    void refuse(nd_json_status status) noexcept {
        if (refused_ == ND_JSON_OK) refused_ = status;
    }

    bool at_end() const noexcept { return next_ >= record_.count; }
    /// The first byte of the token at the cursor; 0 at the end.
    uint8_t peek() const noexcept { return at_end() ? 0 : record_.json[record_.starts[next_]]; }
    const uint8_t *here() const noexcept { return record_.json + record_.starts[next_]; }
    const uint8_t *end() const noexcept { return record_.json + record_.length; }
    bool take(uint8_t token) noexcept {
        if (peek() != token) return false;
        next_ += 1;
        return true;
    }

    tokens record_;
    nd_json_limits limits_;
    nd_json_buffer &text_;
    nd_json_buffer &fields_;
    nd_json_document &document_;
    uint32_t next_ = 0;
    bool is_found_[ND_JSON_FIELD_COUNT] = {};
    nd_json_status refused_ = ND_JSON_OK;
};

}  // namespace neardup

#endif
