// Makes text of HTML pages, and UTF-8 of other charsets. Nothing here keeps a pointer of the caller's, writes beyond the
// capacity it is given, or takes more than linear time, whatever the bytes; so it can be fuzzed as it stands.
#ifndef NEARDUP_CPAGETEXT_H
#define NEARDUP_CPAGETEXT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/// A buffer that is filled from `count` on, never beyond `capacity`.
struct nd_page_buffer {
    uint8_t *bytes;
    size_t count;
    size_t capacity;
};

/// What one extractor keeps from page to page; used by one thread at a time.
struct nd_page;

/// An extractor; null where there is no memory.
struct nd_page *nd_page_create(void);

void nd_page_destroy(struct nd_page *page);

enum nd_page_status {
    ND_PAGE_OK,
    /// The buffer was full before the page's end, or the page was too long to be read whole.
    ND_PAGE_CUT,
    ND_PAGE_NO_MEMORY,
};

/// Appends the text of a page, a line for each block.
///
/// `html` is well-formed UTF-8, and so is the text, which is never longer than the page and 64 bytes. Of other bytes libxml2
/// makes what it will, up to the buffer's capacity.
enum nd_page_status nd_page_extract(
    struct nd_page *page, const uint8_t *html, size_t count, struct nd_page_buffer *text);

/// The first step of `nd_page_extract` by itself: what libxml2 is given, which the caller frees; for tests.
uint8_t *nd_page_bounded(const uint8_t *html, size_t count, size_t *bounded_count);

/// A charset, by its place in a table of its own; negative for none.
typedef int32_t nd_charset;

enum {
    ND_CHARSET_UNKNOWN = -1,
    ND_CHARSET_UTF8 = 0,
    ND_CHARSET_WINDOWS_1252 = 1,
    ND_CHARSET_UTF16LE = 2,
    ND_CHARSET_UTF16BE = 3,
    /// The one charset read here whose text may be all ASCII bytes and mean something else.
    ND_CHARSET_ISO_2022_JP = 4,
};

/// The charset a label stands for on the web: `iso-8859-1` for windows-1252, `gb2312` for GB 18030.
nd_charset nd_charset_named(const uint8_t *label, size_t count);

/// The charset the first bytes of a page declare in a `meta` element or an XML declaration.
nd_charset nd_charset_declared(const uint8_t *html, size_t count);

/// Converters that are opened when first asked for; used by one thread at a time.
struct nd_converters;

struct nd_converters *nd_converters_create(void);

void nd_converters_destroy(struct nd_converters *converters);

/// Bytes of room that a conversion needs at most for each byte it is given, and in all.
enum { ND_CONVERTED_BYTES_PER_BYTE = 3, ND_CONVERTED_BYTES_MORE = 64 };

/// Appends `bytes` as UTF-8; each byte that begins no character becomes U+FFFD and is counted in `ill_formed`.
///
/// Returns false, having done nothing, where this machine has no converter for the charset.
bool nd_convert(
    struct nd_converters *converters, nd_charset charset, const uint8_t *bytes, size_t count,
    struct nd_page_buffer *text, size_t *ill_formed);

#ifdef __cplusplus
}
#endif

#endif
