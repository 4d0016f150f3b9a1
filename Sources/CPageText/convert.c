#include <errno.h>
#include <iconv.h>
#include <stdlib.h>
#include <string.h>

#include "CPageText.h"
#include "charsets.h"

enum { MOST_CHARSETS = 64 };

struct nd_converters {
    iconv_t open[MOST_CHARSETS];
    /// 0: not tried yet; 1: open; 2: this machine has none.
    uint8_t state[MOST_CHARSETS];
};

struct nd_converters *nd_converters_create(void) { return calloc(1, sizeof(struct nd_converters)); }

void nd_converters_destroy(struct nd_converters *converters) {
    if (converters == NULL) return;
    for (size_t index = 0; index < MOST_CHARSETS; index += 1) {
        if (converters->state[index] == 1) iconv_close(converters->open[index]);
    }
    free(converters);
}

/// The converter of a charset, opened when first asked for.
static bool opened(struct nd_converters *converters, nd_charset charset, iconv_t *converter) {
    if (charset < 0 || charset >= MOST_CHARSETS || (size_t)charset >= nd_charset_count) return false;
    if (converters->state[charset] == 0) {
        converters->state[charset] = 2;
        for (size_t index = 0; index < ND_ICONV_NAMES; index += 1) {
            const char *const name = nd_charsets[charset].iconv_names[index];
            if (name == NULL) break;
            const iconv_t candidate = iconv_open("UTF-8", name);
            if (candidate == (iconv_t)-1) continue;
            converters->open[charset] = candidate;
            converters->state[charset] = 1;
            break;
        }
    }
    *converter = converters->open[charset];
    return converters->state[charset] == 1;
}

static void append(struct nd_page_buffer *text, const void *bytes, size_t count) {
    if (count > text->capacity - text->count) count = text->capacity - text->count;
    memcpy(text->bytes + text->count, bytes, count);
    text->count += count;
}

/// Windows-1252 as browsers have it: every byte is a character. The most frequent of all, and none that can fail.
static void convert_windows_1252(const uint8_t *bytes, size_t count, struct nd_page_buffer *text) {
    static const uint16_t c1[32] = {
        0x20AC, 0x81,   0x201A, 0x192,  0x201E, 0x2026, 0x2020, 0x2021, 0x2C6, 0x2030, 0x160,
        0x2039, 0x152,  0x8D,   0x17D,  0x8F,   0x90,   0x2018, 0x2019, 0x201C, 0x201D, 0x2022,
        0x2013, 0x2014, 0x2DC,  0x2122, 0x161,  0x203A, 0x153,  0x9D,   0x17E,  0x178,
    };
    size_t out = text->count;
    for (size_t index = 0; index < count && text->capacity - out >= 3; index += 1) {
        const uint8_t byte = bytes[index];
        if (byte < 0x80) {
            text->bytes[out] = byte;
            out += 1;
            continue;
        }
        const uint16_t scalar = byte < 0xA0 ? c1[byte - 0x80] : byte;
        if (scalar >= 0x800) {
            text->bytes[out] = (uint8_t)(0xE0 | scalar >> 12);
            text->bytes[out + 1] = (uint8_t)(0x80 | (scalar >> 6 & 0x3F));
            text->bytes[out + 2] = (uint8_t)(0x80 | (scalar & 0x3F));
            out += 3;
        } else {
            text->bytes[out] = (uint8_t)(0xC0 | scalar >> 6);
            text->bytes[out + 1] = (uint8_t)(0x80 | (scalar & 0x3F));
            out += 2;
        }
    }
    text->count = out;
}

bool nd_convert(
    struct nd_converters *converters, nd_charset charset, const uint8_t *bytes, size_t count,
    struct nd_page_buffer *text, size_t *ill_formed
) {
    *ill_formed = 0;
    if (charset == ND_CHARSET_WINDOWS_1252) {
        convert_windows_1252(bytes, count, text);
        return true;
    }
    iconv_t converter;
    if (!opened(converters, charset, &converter)) return false;
    iconv(converter, NULL, NULL, NULL, NULL);
    const size_t unit = charset == ND_CHARSET_UTF16LE || charset == ND_CHARSET_UTF16BE ? 2 : 1;
    // iconv doesn't write through this pointer, whose type is older than `const`.
    char *from = (char *)(uintptr_t)bytes;
    size_t left = count;
    while (left > 0) {
        char *to = (char *)text->bytes + text->count;
        size_t room = text->capacity - text->count;
        const size_t result = iconv(converter, &from, &left, &to, &room);
        text->count = text->capacity - room;
        if (result != (size_t)-1) break;
        // The room is enough for every charset of the table; were it not, the rest is left out.
        if (errno == E2BIG) break;
        *ill_formed += 1;
        append(text, "\xEF\xBF\xBD", 3);
        // A character cut off by the end is one; anything else is passed over a byte at a time.
        if (errno == EINVAL || left <= unit) break;
        from += unit;
        left -= unit;
    }
    char *to = (char *)text->bytes + text->count;
    size_t room = text->capacity - text->count;
    iconv(converter, NULL, NULL, &to, &room);
    text->count = text->capacity - room;
    return true;
}
