import CrawlModel
import CrawlReading
import StreamCompression

/// Small valid inputs of a reader, from which damaged ones are made.
struct MutationSamples: Sendable {
    var format: InputFormat
    /// Inputs, each in the parts that are packed as members of their own.
    var inputs: [[[UInt8]]]
    var words: [[UInt8]]
    var packing = CompressionKind.plain
}

extension MutationSamples {
    static let jsonLines = MutationSamples(
        format: .jsonLines,
        inputs: [
            sampleLines(5),
            [
                [0xEF, 0xBB, 0xBF], bytes(#"{"id":1,"text":"a \"quoted\" \u00e9 \ud83d\ude00\n\t","url":null}"#),
                bytes("\r\n\n  \n"),
                bytes(#"{"meta":{"a":[1,2.5e3,true,{"b":[]}]},"text":"日本語 ไทย","date":"2026-01-02"}"#),
                bytes("\n[]\n"), bytes(#"{"text":"no end"}"#),
            ],
        ],
        words: words(
            #"{|}|[|]|"|\|\u|\ud800|\udc00|\u0000|,|:|null|1e999|"text":|"id":|"url":|{"text":"|"}\#n|\#n|\#r\#n"#
        ) + odd
    )

    static let wet = MutationSamples(
        format: .wet,
        inputs: [
            [warcinfo] + (0..<4).map { conversion($0, String(repeating: "text of page \($0), größer\n", count: 9)) },
            [warcinfo, conversion(1, ""), conversion(2, "WARC/1.0 in a text\r\n\r\nWARC/1.0\r\n"), conversion(3, "x")],
        ],
        words: warcWords + odd
    )

    static let warc = MutationSamples(
        format: .warc,
        inputs: [
            [
                warcinfo, response(1, http(page)), warcRecord("request", "GET / HTTP/1.1\r\n\r\n", []),
                response(2, http(chunked(page), ["Content-Type: text/html", "Transfer-Encoding: chunked"])),
                response(3, http(gzip(page), ["Content-Type: text/html; charset=utf-8", "Content-Encoding: gzip"])),
            ],
            [
                response(4, http(chunked(stored(page)), ["Transfer-Encoding: chunked", "Content-Encoding: deflate"])),
                response(5, http(brotli, ["Content-Type: text/html", "Content-Encoding: br"])),
                response(6, http(zstd(page), ["Content-Type: text/html", "Content-Encoding: zstd"])),
                response(7, http([0x83, 0x41, 0x20, 0xA4], ["Content-Type: text/html; charset=shift_jis"])),
                response(8, http([], status: "404 Not Found")), conversion(9, "some text"),
                warcRecord("resource", bytes("plain text"), ["Content-Type: text/plain"]),
            ],
        ],
        words: warcWords + httpWords + htmlWords + odd
    )

    static let arc = MutationSamples(
        format: .arc,
        inputs: [
            [
                arcRecord("filedesc://a.arc 0.0.0.0 20080430204825 text/plain", bytes("1 0 Archive\nURL IP-address\n")),
                arcRecord("http://example.org/1 127.0.0.1 20080430204826 text/html", http(page)),
                arcRecord("http://example.org/a b 127.0.0.1 20080430204826 text/html", http(chunked(page))),
                arcRecord("https://example.org/2 2001:db8::1 20080430204827 text/html 200 abc - 77 a", http(page)),
                arcRecord("ftp://example.org/x 1.2.3.4 20080430204825 text/plain", bytes("no header at all")),
            ]
        ],
        words: words("filedesc://|http://|dns:| 1.2.3.4 |20080430204826| text/html | -1| 99|\n|\r\n|\n\n")
            + httpWords + htmlWords + odd
    )

    static let html = MutationSamples(
        format: .html,
        inputs: [[Self.page], [bytes("<?xml version='1.0' encoding='koi8-r'?><p>"), [0xD0, 0xD2, 0xC9], Self.page]],
        words: htmlWords + odd
    )

    static let text = MutationSamples(
        format: .text,
        inputs: [[bytes("Plain text, grün und 日本語.\n\nAnother paragraph 😀\r\n")]],
        words: words("\n|\r\n| |日|é|😀") + odd
    )

    /// The same samples, packed.
    func packed(_ kind: CompressionKind) -> MutationSamples {
        var samples = self
        samples.packing = kind
        return samples
    }
}

// MARK: - Parts

extension MutationSamples {
    private static let page = bytes(
        """
        <!DOCTYPE html><html><head><meta charset="utf-8"><title>A page &amp; more</title><script>if (a<b) c()</script>
        <style>p{}</style></head><body><h1>Title</h1><p class=x id='y'>caf&eacute; &#x4e2d;&#20013; &lt br<br>next
        <table><tr><td>1<td>2<tr><th>3</table><ul><li>one<li>two</ul><pre>a\n  b</pre><svg><p></svg><!-- no -->
        <textarea>x</textarea><div><div><b>deep</b></div></div></body></html>
        """
    )
    private static let brotli: [UInt8] = [0x0B, 0x02, 0x80] + bytes("hello") + [0x03]
    private static let odd: [[UInt8]] = [
        [0], [0xFF], [0xC3], [0xED, 0xA0, 0x80], [0xF0, 0x9F], [0xE2, 0x80, 0xA8], [0x1B],
    ]
    private static let warcWords = words(
        "WARC/1.0\r\n|WARC/1.1\r\n|\nWARC/|WARC-Type: response\r\n|WARC-Type: conversion\r\n|Content-Length: 7\r\n"
            + "|\r\n\r\n|\n\n|\r\n|WARC-Target-URI: <|WARC-Record-ID:|Content-Type: application/http\r\n|:"
    )
    private static let httpWords = words(
        "HTTP/1.1 200 OK\r\n|HTTP/1.0 301\r\n|Content-Encoding: gzip\r\n|Content-Encoding: br, zstd\r\n"
            + "|Transfer-Encoding: chunked\r\n|Content-Type: text/html; charset=gb2312\r\n"
            + "|Content-Type: text/plain; charset=utf-16\r\n|Content-Type: image/png\r\n|0\r\n\r\n|ffffffffffffffff\r\n|5;x\r\n"
    )
    private static let htmlWords = words(
        "<p>|</p>|<|>|</|<!--|-->|<table>|<td>|<svg>|</svg>|<script>|</script|<textarea|<pre>|<title>|<li>|<br/>|&|&#|&#x"
            + "|&amp;|&#xD800;|&#0;|&nbsp|\"|'|=|<meta charset=shift_jis>|<meta charset=iso-2022-jp>|<?xml|<![CDATA["
    )

    private static func bytes(_ text: String) -> [UInt8] { Array(text.utf8) }

    private static func words(_ list: String) -> [[UInt8]] { list.split(separator: "|").map { Array($0.utf8) } }

    private static func chunked(_ body: [UInt8]) -> [UInt8] {
        let half = body.count / 2
        return [Array(body[..<half]), Array(body[half...])]
            .flatMap { bytes(String($0.count, radix: 16) + "\r\n") + $0 + bytes("\r\n") } + bytes("0\r\n\r\n")
    }

    private static func gzip(_ body: [UInt8]) -> [UInt8] { packedOrEmpty(body, .gzip) }

    private static func zstd(_ body: [UInt8]) -> [UInt8] { packedOrEmpty(body, .zstd) }

    /// Packing so little fails only where there is no memory.
    private static func packedOrEmpty(_ body: [UInt8], _ kind: CompressionKind) -> [UInt8] {
        (try? pack([body], kind)) ?? []
    }

    /// Deflate data in a block that isn't packed.
    private static func stored(_ body: [UInt8]) -> [UInt8] {
        let (low, high) = (UInt8(body.count & 0xFF), UInt8(body.count >> 8))
        return [1, low, high, ~low, ~high] + body
    }

    private static func arcRecord(_ line: String, _ content: [UInt8]) -> [UInt8] {
        bytes("\(line) \(content.count)\n") + content + bytes("\n")
    }
}
