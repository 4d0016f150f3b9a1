#include "CPageText.h"

#include <libxml/HTMLparser.h>
#include <libxml/parserInternals.h>
#include <pthread.h>

#include "bounding.h"
#include "sink.h"

struct nd_page {
    struct nd_growing bounded;
};

/// What a page leaves behind in scratch memory at most.
static const size_t kept_capacity = (size_t)4 << 20;

static void begin_element(void *context, const xmlChar *name, const xmlChar **attributes) {
    (void)attributes;
    struct nd_sink *const sink = context;
    switch (name[0]) {
        case 'p':
            nd_sink_end_line(sink);
            if (name[1] == 'r') sink->pre += 1;
            return;
        case 't':
            if (name[1] == 'd') {
                nd_sink_separate(sink, ND_SEPARATOR_CELL);
                return;
            }
            break;
        default: break;
    }
    nd_sink_end_line(sink);
}

static void end_element(void *context, const xmlChar *name) {
    struct nd_sink *const sink = context;
    if (name[0] == 't' && name[1] == 'd') {
        nd_sink_separate(sink, ND_SEPARATOR_CELL);
        return;
    }
    nd_sink_end_line(sink);
    if (name[0] == 'p' && name[1] == 'r' && sink->pre > 0) sink->pre -= 1;
}

static void characters(void *context, const xmlChar *text, int count) {
    if (count > 0) nd_sink_append(context, text, (size_t)count);
}

static pthread_once_t is_prepared = PTHREAD_ONCE_INIT;

static void prepare(void) { xmlInitParser(); }

/// Reads bounded markup into the sink; false where there is no memory.
static bool read_markup(const struct nd_growing *markup, struct nd_sink *sink) {
    htmlParserCtxtPtr parser = htmlCreateMemoryParserCtxt((const char *)markup->bytes, (int)markup->count);
    if (parser == NULL) return false;
    // Only these three are called, so that no tree is made, and nothing is printed or loaded. Without SAX2's magic number
    // libxml2 looks at no handler beyond them.
    htmlSAXHandler handler;
    memset(&handler, 0, sizeof handler);
    handler.startElement = begin_element;
    handler.endElement = end_element;
    handler.characters = characters;
    handler.ignorableWhitespace = characters;
    handler.cdataBlock = characters;
    handler.initialized = 1;
    *parser->sax = handler;
    parser->userData = sink;
    // The text is UTF-8, and no element of it says otherwise.
    xmlSwitchEncoding(parser, XML_CHAR_ENCODING_UTF8);
    htmlParseDocument(parser);
    if (parser->myDoc != NULL) xmlFreeDoc(parser->myDoc);
    parser->myDoc = NULL;
    htmlFreeParserCtxt(parser);
    return true;
}

struct nd_page *nd_page_create(void) {
    pthread_once(&is_prepared, prepare);
    return calloc(1, sizeof(struct nd_page));
}

void nd_page_destroy(struct nd_page *page) {
    if (page == NULL) return;
    free(page->bounded.bytes);
    free(page);
}

enum nd_page_status nd_page_extract(
    struct nd_page *page, const uint8_t *html, size_t count, struct nd_page_buffer *text
) {
    if (count == 0) return ND_PAGE_OK;
    struct nd_growing *const bounded = &page->bounded;
    bounded->count = 0;
    bounded->is_full = false;
    nd_bound_tags(html, count, bounded);
    struct nd_sink sink = {.bytes = text->bytes, .count = text->count, .start = text->count, .capacity = text->capacity};
    const bool is_read = bounded->count > 0 && read_markup(bounded, &sink);
    text->count = sink.count;
    const bool is_cut = sink.is_full || bounded->is_full;
    if (bounded->capacity > kept_capacity) {
        free(bounded->bytes);
        *bounded = (struct nd_growing){0};
    }
    if (!is_read) return ND_PAGE_NO_MEMORY;
    return is_cut ? ND_PAGE_CUT : ND_PAGE_OK;
}

uint8_t *nd_page_bounded(const uint8_t *html, size_t count, size_t *bounded_count) {
    struct nd_growing bounded = {0};
    nd_bound_tags(html, count, &bounded);
    *bounded_count = bounded.count;
    return bounded.bytes;
}
