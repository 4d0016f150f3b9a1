#include "bounding.h"

#include "elements.h"
#include "references.h"

enum { MAX_DEPTH = 256 };

struct open_element {
    uint8_t element;
    /// Whether libxml2 was told of it.
    bool is_written;
};

struct bounder {
    const uint8_t *at;
    const uint8_t *end;
    struct nd_growing *out;
    struct open_element open[MAX_DEPTH];
    size_t depth;
    /// Elements that were begun beyond the greatest depth.
    size_t beyond;
    /// How many of the open elements aren't shown; how many of these are foreign.
    size_t hidden;
    size_t foreign;
    /// No quote of the kind comes after the one that was looked for last.
    bool is_without_double;
    bool is_without_single;
    bool has_title;
};

static bool is_space(uint8_t byte) { return byte == ' ' || (byte >= 0x09 && byte <= 0x0D && byte != 0x0B); }

static bool is_letter(uint8_t byte) { return (byte | 0x20) >= 'a' && (byte | 0x20) <= 'z'; }

// MARK: - What libxml2 gets

static const char *tag_of(enum nd_element element) {
    switch (element) {
        case ND_PARAGRAPH: return "p>";
        case ND_ITEM: return "li>";
        case ND_ROW: return "tr>";
        case ND_CELL: return "td>";
        case ND_PRE: return "pre>";
        default: return "div>";
    }
}

static void write_tag(struct bounder *page, const char *open, enum nd_element element) {
    const char *const tag = tag_of(element);
    nd_growing_append(page->out, open, strlen(open));
    nd_growing_append(page->out, tag, strlen(tag));
}

static void write_break(struct bounder *page) {
    const struct nd_growing *const out = page->out;
    // One line end after another says nothing more.
    const bool is_repeated = out->count >= 4 && memcmp(out->bytes + out->count - 4, "<br>", 4) == 0;
    if (page->hidden == 0 && !is_repeated) nd_growing_append(page->out, "<br>", 4);
}

/// Writes text which may hold `<`.
static void write_text(struct bounder *page, const uint8_t *text, const uint8_t *end) {
    if (page->hidden > 0) return;
    while (text < end) {
        const uint8_t *const less = memchr(text, '<', (size_t)(end - text));
        nd_append_text(page->out, text, less == NULL ? end : less);
        if (less == NULL) return;
        nd_growing_append(page->out, "&lt;", 4);
        text = less + 1;
    }
}

// MARK: - Open elements

static bool is_not_shown(enum nd_element element) { return element == ND_HIDDEN || element == ND_FOREIGN; }

static void pop(struct bounder *page) {
    page->depth -= 1;
    const struct open_element last = page->open[page->depth];
    if (is_not_shown(last.element)) {
        page->hidden -= 1;
        if (last.element == ND_FOREIGN) page->foreign -= 1;
    } else if (last.is_written) {
        write_tag(page, "</", last.element);
    }
}

static void push(struct bounder *page, enum nd_element element) {
    if (page->depth == MAX_DEPTH) {
        if (!is_not_shown(element)) {
            page->beyond += 1;
            write_break(page);
            return;
        }
        // What isn't shown has to be known, so another makes room for it.
        pop(page);
    }
    const bool is_written = page->hidden == 0 && !is_not_shown(element);
    page->open[page->depth] = (struct open_element){.element = (uint8_t)element, .is_written = is_written};
    page->depth += 1;
    if (is_written) write_tag(page, "<", element);
    if (is_not_shown(element)) page->hidden += 1;
    if (element == ND_FOREIGN) page->foreign += 1;
}

/// Whether the start of `element` ends an open `inner` in which it stands.
static bool ends(enum nd_element element, enum nd_element inner) {
    switch (inner) {
        case ND_PARAGRAPH: return true;
        case ND_ITEM: return element == ND_ITEM;
        case ND_DEFINITION: return element == ND_DEFINITION;
        case ND_OPTION: return element == ND_OPTION;
        case ND_CELL: return element == ND_CELL || element == ND_ROW || element == ND_ROWS;
        case ND_ROW: return element == ND_ROW || element == ND_ROWS;
        default: return false;
    }
}

static void begin(struct bounder *page, enum nd_element element) {
    while (page->foreign > 0) pop(page);
    while (page->depth > 0 && ends(element, page->open[page->depth - 1].element)) pop(page);
    if (element != ND_ROWS) push(page, element);
}

/// Whether an element of this kind keeps end tags within it from ending what lies around it.
static bool is_wall(enum nd_element wall, enum nd_element element) {
    if (wall == ND_TABLE) return element != ND_TABLE && !is_not_shown(element);
    if (wall == ND_CELL) {
        return element != ND_CELL && element != ND_ROW && element != ND_TABLE && !is_not_shown(element);
    }
    return false;
}

static void finish(struct bounder *page, enum nd_element element) {
    if (page->beyond > 0 && !is_not_shown(element)) {
        page->beyond -= 1;
        write_break(page);
        return;
    }
    size_t depth = page->depth;
    while (depth > 0 && page->open[depth - 1].element != element) {
        if (is_wall(page->open[depth - 1].element, element)) depth = 1;
        depth -= 1;
    }
    if (depth == 0) {
        if (!is_not_shown(element)) write_break(page);
        return;
    }
    while (page->depth >= depth) pop(page);
}

// MARK: - Markup

/// Where a quoted value ends; null where it doesn't.
///
/// That there is none is found out once.
static const uint8_t *end_of_value(struct bounder *page, const uint8_t *at, uint8_t quote) {
    bool *const is_without = quote == '"' ? &page->is_without_double : &page->is_without_single;
    if (*is_without) return NULL;
    const uint8_t *const found = memchr(at, quote, (size_t)(page->end - at));
    *is_without = found == NULL;
    return found;
}

/// The byte behind a tag's `>`, from the end of its name on; the end where it has none. `*is_closed` says whether it has a slash there.
static const uint8_t *end_of_tag(struct bounder *page, const uint8_t *at, bool *is_closed) {
    const uint8_t *const end = page->end;
    *is_closed = false;
    while (at < end) {
        const uint8_t byte = *at;
        at += 1;
        if (byte == '>') {
            *is_closed = at[-2] == '/';
            return at;
        }
        if (byte != '=') continue;
        while (at < end && is_space(*at)) at += 1;
        if (at == end) break;
        if (*at == '"' || *at == '\'') {
            const uint8_t *const quote = end_of_value(page, at + 1, *at);
            // A quote without end is one more character: browsers would drop the rest of the page.
            at = quote == NULL ? at + 1 : quote + 1;
        } else {
            while (at < end && *at != '>' && !is_space(*at)) at += 1;
        }
    }
    return end;
}

/// Where the end tag of an element without markup begins; the end where there is none.
static const uint8_t *end_of_content(const struct bounder *page, const uint8_t *at, const uint8_t *name, size_t count) {
    const uint8_t *const end = page->end;
    while (at < end) {
        const uint8_t *const less = memchr(at, '<', (size_t)(end - at));
        if (less == NULL || (size_t)(end - less) < count + 3) return end;
        at = less + 1;
        if (*at != '/') continue;
        size_t same = 0;
        while (same < count && (at[1 + same] | 0x20) == (name[same] | 0x20)) same += 1;
        const uint8_t after = at[1 + count];
        if (same == count && (after == '>' || after == '/' || is_space(after))) return less;
    }
    return end;
}

static void take_start_tag(struct bounder *page) {
    const uint8_t *const name = page->at;
    const uint8_t *at = name;
    while (at < page->end && *at != '>' && *at != '/' && !is_space(*at)) at += 1;
    const size_t count = (size_t)(at - name);
    enum nd_element element = nd_element_named(name, count);
    bool is_closed;
    page->at = end_of_tag(page, at, &is_closed);
    const bool has_content = !(is_closed && page->foreign > 0);
    switch (element) {
        case ND_INLINE: return;
        case ND_BREAK: write_break(page); return;
        case ND_HIDDEN:
        case ND_FOREIGN:
            if (!is_closed) push(page, element);
            return;
        case ND_RAW:
            if (has_content) page->at = end_of_content(page, page->at, name, count);
            return;
        case ND_TITLE:
        case ND_TEXTAREA: {
            if (page->foreign > 0) return;
            const uint8_t *const content = page->at;
            page->at = end_of_content(page, content, name, count);
            // Only the first title is the page's.
            if (element == ND_TITLE && page->has_title) return;
            if (element == ND_TITLE && page->hidden == 0) page->has_title = true;
            write_break(page);
            write_text(page, content, page->at);
            write_break(page);
            return;
        }
        default: begin(page, element);
    }
}

static void take_end_tag(struct bounder *page) {
    const uint8_t *const name = page->at;
    const uint8_t *at = name;
    while (at < page->end && *at != '>' && *at != '/' && !is_space(*at)) at += 1;
    const enum nd_element element = nd_element_named(name, (size_t)(at - name));
    bool is_closed;
    page->at = end_of_tag(page, at, &is_closed);
    switch (element) {
        case ND_INLINE:
        case ND_RAW:
        case ND_TITLE:
        case ND_TEXTAREA:
        case ND_ROWS: return;
        case ND_BREAK: write_break(page); return;
        default: finish(page, element);
    }
}

/// Skips a comment, whose first byte after `<!--` is at `at`.
static const uint8_t *end_of_comment(const uint8_t *at, const uint8_t *end) {
    if (at < end && *at == '>') return at + 1;
    if (end - at >= 2 && at[0] == '-' && at[1] == '>') return at + 2;
    while (at < end) {
        const uint8_t *const more = memchr(at, '>', (size_t)(end - at));
        if (more == NULL) return end;
        const size_t before = (size_t)(more - at);
        if (before >= 2 && more[-1] == '-' && more[-2] == '-') return more + 1;
        if (before >= 3 && more[-1] == '!' && more[-2] == '-' && more[-3] == '-') return more + 1;
        // The hyphens before the next `>` come after this one.
        at = more + 1;
    }
    return end;
}

static const uint8_t *behind(const uint8_t *at, const uint8_t *end, uint8_t byte) {
    const uint8_t *const found = memchr(at, byte, (size_t)(end - at));
    return found == NULL ? end : found + 1;
}

/// Takes what begins with the `<` before `page->at`.
static void take_markup(struct bounder *page) {
    const uint8_t *const at = page->at;
    const uint8_t *const end = page->end;
    const uint8_t byte = at < end ? *at : 0;
    if (is_letter(byte)) {
        take_start_tag(page);
    } else if (byte == '/' && end - at >= 2 && is_letter(at[1])) {
        page->at += 1;
        take_end_tag(page);
    } else if (byte == '!' && end - at >= 3 && at[1] == '-' && at[2] == '-') {
        page->at = end_of_comment(at + 3, end);
    } else if (byte == '!' || byte == '?' || (byte == '/' && end - at >= 2)) {
        page->at = behind(at + 1, end, '>');
    } else if (page->hidden == 0) {
        nd_growing_append(page->out, "&lt;", 4);
    }
}

void nd_bound_tags(const uint8_t *html, size_t count, struct nd_growing *out) {
    nd_references_prepare();
    struct bounder page = {.at = html, .end = html + count, .out = out};
    nd_growing_append(out, "<html><body>", 12);
    while (page.at < page.end && !out->is_full) {
        const uint8_t *const less = memchr(page.at, '<', (size_t)(page.end - page.at));
        const uint8_t *const stop = less == NULL ? page.end : less;
        if (page.hidden == 0) nd_append_text(out, page.at, stop);
        page.at = stop;
        if (less == NULL) break;
        page.at += 1;
        take_markup(&page);
    }
    while (page.depth > 0) pop(&page);
    nd_growing_append(out, "</body></html>", 14);
}
