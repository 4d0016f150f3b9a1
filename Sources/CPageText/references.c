#include "references.h"

#include <libxml/HTMLparser.h>
#include <pthread.h>

// MARK: - Names

// libxml2 looks names up one after another, which is slow where a page has many; this table is made of its.
enum { SLOT_BITS = 10, SLOTS = 1 << SLOT_BITS, LONGEST = 8, LONGEST_UNENDED = 6, LAST_VALUE = 0x2666 };

/// A name, packed into a number, and the scalar it stands for.
static struct {
    uint64_t name;
    uint32_t scalar;
} table[SLOTS];

static uint64_t packed(const uint8_t *name, size_t count) {
    uint64_t value = 0;
    for (size_t index = 0; index < count; index += 1) value = value << 8 | name[index];
    return value;
}

static size_t slot(uint64_t name) { return (size_t)(name * 0x9E3779B97F4A7C15u >> (64 - SLOT_BITS)); }

static void prepare(void) {
    for (uint32_t scalar = '"'; scalar <= LAST_VALUE; scalar += 1) {
        const htmlEntityDesc *const entity = htmlEntityValueLookup(scalar);
        const size_t count = entity == NULL ? 0 : strlen(entity->name);
        if (count == 0 || count > LONGEST) continue;
        const uint64_t name = packed((const uint8_t *)entity->name, count);
        size_t at = slot(name);
        while (table[at].name != 0) at = (at + 1) % SLOTS;
        table[at].name = name;
        table[at].scalar = scalar;
    }
}

static pthread_once_t is_prepared = PTHREAD_ONCE_INIT;

void nd_references_prepare(void) { pthread_once(&is_prepared, prepare); }

/// The scalar a name stands for; 0 for none.
static uint32_t scalar_named(const uint8_t *name, size_t count) {
    if (count > LONGEST) return 0;
    const uint64_t wanted = packed(name, count);
    for (size_t at = slot(wanted); table[at].name != 0; at = (at + 1) % SLOTS) {
        if (table[at].name == wanted) return table[at].scalar;
    }
    return 0;
}

/// How many of the first bytes are the longest name that needs no semicolon, as HTML has it of Latin-1's; 0 for none.
static size_t known_prefix(const uint8_t *name, size_t count, uint32_t *scalar) {
    for (size_t length = count < LONGEST_UNENDED ? count : LONGEST_UNENDED; length >= 2; length -= 1) {
        *scalar = scalar_named(name, length);
        if (*scalar != 0 && *scalar != '\'' && *scalar < 256) return length;
    }
    return 0;
}

// MARK: - Characters

static void append_scalar(struct nd_growing *out, uint32_t scalar) {
    // What browsers read where pages mean windows-1252.
    static const uint16_t c1[32] = {
        0x20AC, 0x81,   0x201A, 0x192,  0x201E, 0x2026, 0x2020, 0x2021, 0x2C6, 0x2030, 0x160,
        0x2039, 0x152,  0x8D,   0x17D,  0x8F,   0x90,   0x2018, 0x2019, 0x201C, 0x201D, 0x2022,
        0x2013, 0x2014, 0x2DC,  0x2122, 0x161,  0x203A, 0x153,  0x9D,   0x17E,  0x178,
    };
    if (scalar >= 0x80 && scalar <= 0x9F) scalar = c1[scalar - 0x80];
    if (scalar == 0 || scalar > 0x10FFFF || (scalar >= 0xD800 && scalar <= 0xDFFF) || (scalar & 0xFFFE) == 0xFFFE) {
        scalar = 0xFFFD;
    }
    if (scalar < 0x20 && scalar != '\n' && scalar != '\t') scalar = ' ';
    if (scalar == '<') {
        nd_growing_append(out, "&lt;", 4);
    } else if (scalar == '&') {
        nd_growing_append(out, "&amp;", 5);
    } else {
        uint8_t bytes[4];
        size_t count;
        if (scalar < 0x80) {
            bytes[0] = (uint8_t)scalar;
            count = 1;
        } else if (scalar < 0x800) {
            bytes[0] = (uint8_t)(0xC0 | scalar >> 6);
            bytes[1] = (uint8_t)(0x80 | (scalar & 0x3F));
            count = 2;
        } else if (scalar < 0x10000) {
            bytes[0] = (uint8_t)(0xE0 | scalar >> 12);
            bytes[1] = (uint8_t)(0x80 | (scalar >> 6 & 0x3F));
            bytes[2] = (uint8_t)(0x80 | (scalar & 0x3F));
            count = 3;
        } else {
            bytes[0] = (uint8_t)(0xF0 | scalar >> 18);
            bytes[1] = (uint8_t)(0x80 | (scalar >> 12 & 0x3F));
            bytes[2] = (uint8_t)(0x80 | (scalar >> 6 & 0x3F));
            bytes[3] = (uint8_t)(0x80 | (scalar & 0x3F));
            count = 4;
        }
        nd_growing_append(out, bytes, count);
    }
}

static bool is_digit(uint8_t byte) { return byte >= '0' && byte <= '9'; }

static bool is_letter(uint8_t byte) { return (byte | 0x20) >= 'a' && (byte | 0x20) <= 'z'; }

static int hex_value(uint8_t byte) {
    if (is_digit(byte)) return byte - '0';
    const uint8_t lower = byte | 0x20;
    return lower >= 'a' && lower <= 'f' ? lower - 'a' + 10 : -1;
}

/// Takes a numeric reference; `at` is behind its `&#`. Returns null where it is none.
static const uint8_t *append_numeric(struct nd_growing *out, const uint8_t *at, const uint8_t *end) {
    const bool is_hex = at < end && (*at | 0x20) == 'x';
    if (is_hex) at += 1;
    const uint8_t *const first = at;
    uint32_t scalar = 0;
    while (at < end) {
        const int digit = hex_value(*at);
        if (digit < 0 || (!is_hex && digit > 9)) break;
        if (scalar < 0x110000) scalar = scalar * (is_hex ? 16 : 10) + (uint32_t)digit;
        at += 1;
    }
    if (at == first) return NULL;
    append_scalar(out, scalar);
    return at < end && *at == ';' ? at + 1 : at;
}

/// Takes what begins with the `&` at `at`; returns where the text goes on.
static const uint8_t *append_reference(struct nd_growing *out, const uint8_t *at, const uint8_t *end) {
    const uint8_t *const name = at + 1;
    if (name < end && *name == '#') {
        const uint8_t *const after = append_numeric(out, name + 1, end);
        if (after != NULL) return after;
    } else if (name < end && is_letter(*name)) {
        const uint8_t *after = name;
        // The longest name of HTML has 31 letters.
        while (after < end && after - name < 32 && (is_letter(*after) || is_digit(*after))) after += 1;
        const size_t count = (size_t)(after - name);
        uint32_t scalar = after < end && *after == ';' ? scalar_named(name, count) : 0;
        if (scalar != 0) {
            append_scalar(out, scalar);
            return after + 1;
        }
        const size_t known = known_prefix(name, count, &scalar);
        if (known > 0) {
            append_scalar(out, scalar);
            return name + known;
        }
    }
    nd_growing_append(out, "&amp;", 5);
    return name;
}

/// Appends bytes without references.
static void append_run(struct nd_growing *out, const uint8_t *run, size_t count) {
    if (!nd_growing_reserve(out, count)) return;
    uint8_t *const target = out->bytes + out->count;
    // Written so that the compiler makes vectors of it. U+FFFE and U+FFFF begin with 0xEF, as do other characters.
    uint8_t is_suspect = 0;
    for (size_t index = 0; index < count; index += 1) {
        const uint8_t byte = run[index];
        target[index] = byte;
        is_suspect |= (uint8_t)((byte < 0x20) & (byte != '\n') & (byte != '\t') & (byte != '\r')) | (byte == 0xEF);
    }
    out->count += count;
    if (is_suspect == 0) return;
    for (size_t index = 0; index < count; index += 1) {
        const uint8_t byte = target[index];
        if (byte < 0x20 && byte != '\n' && byte != '\t' && byte != '\r') {
            target[index] = ' ';
        } else if (byte == 0xEF && count - index >= 3 && target[index + 1] == 0xBF && target[index + 2] >= 0xBE) {
            target[index + 2] = 0xBD;
        }
    }
}

void nd_append_text(struct nd_growing *out, const uint8_t *text, const uint8_t *end) {
    while (text < end && !out->is_full) {
        const uint8_t *const reference = memchr(text, '&', (size_t)(end - text));
        const uint8_t *const stop = reference == NULL ? end : reference;
        append_run(out, text, (size_t)(stop - text));
        text = reference == NULL ? end : append_reference(out, reference, end);
    }
}
