#include <string.h>
#include <strings.h>

#include "CPageText.h"
#include "charsets.h"

enum { LONGEST_LABEL = 40, DECLARATION_BYTES = 4096 };

static bool is_space(uint8_t byte) { return byte == ' ' || (byte >= '\t' && byte <= '\r'); }

nd_charset nd_charset_named(const uint8_t *label, size_t count) {
    while (count > 0 && (is_space(*label) || *label == '"' || *label == '\'')) {
        label += 1;
        count -= 1;
    }
    while (count > 0 && (is_space(label[count - 1]) || label[count - 1] == '"' || label[count - 1] == '\'')) count -= 1;
    if (count == 0 || count > LONGEST_LABEL) return ND_CHARSET_UNKNOWN;
    // As in the table: between spaces.
    char wanted[LONGEST_LABEL + 3] = {' '};
    for (size_t index = 0; index < count; index += 1) {
        const uint8_t byte = label[index];
        if (byte <= ' ' || byte >= 0x7F) return ND_CHARSET_UNKNOWN;
        wanted[index + 1] = (char)(byte >= 'A' && byte <= 'Z' ? byte | 0x20 : byte);
    }
    wanted[count + 1] = ' ';
    wanted[count + 2] = 0;
    for (size_t index = 0; index < nd_charset_count; index += 1) {
        if (strstr(nd_charsets[index].labels, wanted) != NULL) return (nd_charset)index;
    }
    return ND_CHARSET_UNKNOWN;
}

static const uint8_t *find(const uint8_t *at, const uint8_t *end, const char *word) {
    const size_t count = strlen(word);
    for (; (size_t)(end - at) >= count; at += 1) {
        if ((*at | 0x20) == (word[0] | 0x20) && strncasecmp((const char *)at, word, count) == 0) return at;
    }
    return NULL;
}

/// The charset named by the value behind `at`, which is behind `charset` or `encoding`.
static nd_charset value_after(const uint8_t *at, const uint8_t *end) {
    while (at < end && is_space(*at)) at += 1;
    if (at == end || *at != '=') return ND_CHARSET_UNKNOWN;
    at += 1;
    while (at < end && (is_space(*at) || *at == '"' || *at == '\'')) at += 1;
    const uint8_t *stop = at;
    while (stop < end && !is_space(*stop) && *stop != '"' && *stop != '\'' && *stop != ';' && *stop != '>' &&
           *stop != '?' && *stop != '/') {
        stop += 1;
    }
    return nd_charset_named(at, (size_t)(stop - at));
}

nd_charset nd_charset_declared(const uint8_t *html, size_t count) {
    const uint8_t *const end = html + (count < DECLARATION_BYTES ? count : DECLARATION_BYTES);
    const uint8_t *at = html;
    while (at < end && is_space(*at)) at += 1;
    if (end - at > 5 && memcmp(at, "<?xml", 5) == 0) {
        const uint8_t *const stop = find(at, end, "?>");
        const uint8_t *const encoding = stop == NULL ? NULL : find(at, stop, "encoding");
        const nd_charset found = encoding == NULL ? ND_CHARSET_UNKNOWN : value_after(encoding + 8, stop);
        if (found != ND_CHARSET_UNKNOWN) return found;
    }
    while ((at = find(at, end, "<meta")) != NULL) {
        at += 5;
        const uint8_t *stop = memchr(at, '>', (size_t)(end - at));
        if (stop == NULL) stop = end;
        for (const uint8_t *name = find(at, stop, "charset"); name != NULL; name = find(name, stop, "charset")) {
            name += 7;
            const nd_charset found = value_after(name, stop);
            // A page whose meta can be read is not UTF-16, whatever it says.
            if (found == ND_CHARSET_UTF16LE || found == ND_CHARSET_UTF16BE) return ND_CHARSET_UTF8;
            if (found != ND_CHARSET_UNKNOWN) return found;
        }
        at = stop;
    }
    return ND_CHARSET_UNKNOWN;
}
