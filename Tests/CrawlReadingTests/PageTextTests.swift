import CPageText
import CrawlModel
import CrawlReading
import StreamCompression
import TestSupport
import Testing

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#else
import Darwin
#endif

@Test func blocksAreLines() throws {
    let cases = [
        ("<p>a<p>b", "a\nb"), ("<div>a</div>b<div>c</div>", "a\nb\nc"), ("a<br>b<br/>c<hr>d", "a\nb\nc\nd"),
        ("<ul><li>a<li>b<ul><li>c</ul><li>d</ul>e", "a\nb\nc\nd\ne"), ("<h1>a</h1>b", "a\nb"),
        ("<section>a</section><article>b</article>", "a\nb"), ("a<i>b</i><span>c</span>", "abc"),
        ("a <b> b </b> c", "a b c"), ("<dl><dt>a<dd>b<dt>c<dd>d</dl>", "a\nb\nc\nd"),
        ("<select><option>a<option>b</select>", "a\nb"), ("<blockquote>a</blockquote>b", "a\nb"),
        ("<p>\n a \t\r\n b&nbsp;&nbsp;c </p>", "a b c"), ("<made-up>a</made-up>b", "ab"), ("", ""), ("   ", ""),
    ]
    for (html, text) in cases { #expect(try pageText(html) == text, "\(html)") }
}

@Test func tableCellsAreApart() throws {
    let table = "<table><tr><th>a</th><th>b</th></tr><tr><td>c</td><td><p>d</p></td></tr></table>e"
    #expect(try pageText(table) == "a\tb\nc\nd\ne")
    #expect(try pageText("<table><tr><td>a<td>b<tr><td>c<td>d</table>") == "a\tb\nc\td")
    #expect(try pageText("<table><tr><td>a<table><tr><td>b<td>c</table><td>d</table>") == "a\nb\tc\nd")
}

@Test func titleComesFirstAndHiddenContentNowhere() throws {
    let page = """
        <!DOCTYPE html><html><head><title>The &amp; title</title><style>p { x: "</p>" }</style>
        <script>if (a < b && "<p>no</p>") { x = "</scr" + "ipt>" }</script><noscript><p>no</p></noscript>
        <base href="x"><template><p>no</p></template></head><body>yes<!-- no > <p> no --><iframe>no</iframe>
        <object><p>no</p></object><svg><title>no</title><text>no</text></svg><math><mi>no</mi></math>
        <canvas>no</canvas><SCRIPT>no</SCRIPT ><title>no</title><textarea>typed <b></textarea>end</body></html>
        """
    #expect(try pageText(page) == "The & title\nyes\ntyped <b>\nend")
    #expect(try pageText("<svg><p>out of it</p>") == "out of it")
    #expect(try pageText("<svg/>a<svg><style/>no</svg>b") == "ab")
}

@Test func markupThatIsBrokenIsReadAsBrowsersReadIt() throws {
    let cases = [
        ("a < b, c<3, <> </> d", "a < b, c<3, <> d"), ("x <a title=\"a > b\" b='<p>'>y</a>", "x y"),
        ("<p title='it>", ""), ("<p title=\"a>b", "b"), ("a<!-- no", "a"), ("a<!-->b", "ab"), ("a<!--->b", "ab"),
        ("a<!-- -- > --!>b", "ab"), ("a<!bogus>b<?php x ?>c", "abc"), ("a</ bogus>b", "ab"), ("a<script>no", "a"),
        ("a<", "a<"), ("a</", "a</"), ("<p<p>b", "b"), ("<div/>a</div>b", "a\nb"), ("a</p>b", "a\nb"),
        ("<![CDATA[x]]>y", "y"), ("<a href=x/y>z</a>", "z"), ("<br a=\"/>\" / >b", "b"), ("a\0b\u{1}c", "a b c"),
        ("<b>a<p>b</b>c", "a\nbc"), ("</div></div>a", "a"),
    ]
    for (html, text) in cases { #expect(try pageText(html) == text, "\(html)") }
}

@Test func referencesAreDecoded() throws {
    let cases = [
        ("&lt;p&gt; &amp;lt; &quot;&apos;", "<p> &lt; \"'"), ("&eacute;&Eacute;&hellip;&alpha;&euro;", "éÉ…α€"),
        ("&#233;&#xE9;&#XE9;", "ééé"), ("&#147;x&#148; &#128;", "“x” €"), ("&eacute &copy2024 &ampx", "é ©2024 &x"),
        ("a&b=c &made; &; &# &#x; AT&T", "a&b=c &made; &; &# &#x; AT&T"),
        ("&#0;&#xD800;&#x110000;&#xFFFF;", "\u{FFFD}\u{FFFD}\u{FFFD}\u{FFFD}"),
        ("&#60;b&#62;&#38;amp;", "<b>&amp;"), ("&#9999999999999999999;", "\u{FFFD}"), ("&#65", "A"), ("&#1;x", "x"),
        ("\u{FFFF}x", "\u{FFFD}x"), ("日本語　&#x1F600;", "日本語　😀"),
    ]
    for (html, text) in cases { #expect(try pageText(html) == text, "\(html)") }
}

@Test func preformattedTextKeepsItsLines() throws {
    #expect(try pageText("a<pre>  b\n\tc\r\nd\re </pre>f  g") == "a\n  b\n\tc\nd\ne \nf g")
}

@Test func longTextsAreCutAtACharacter() throws {
    for limit in 1...22 {
        let text = try pageText("<p>äöü 日本語 😀 text", ReadingOptions(maxTextBytes: limit))
        #expect("äöü 日本語 😀 text".hasPrefix(text) && text.utf8.count <= limit && text.utf8.count > limit - 4)
    }
}

/// A page made of nested elements, and its text, which is written down as the page is made.
private struct MadeUpPage {
    var html = ""
    var lines: [String] = [""]
    var generator: SeededGenerator

    mutating func fill(depth: Int) {
        for _ in 0..<Int.random(in: 0...5, using: &generator) {
            switch Int.random(in: 0..<8, using: &generator) {
            case 0...2:
                let word = "w\(Int.random(in: 0...999, using: &generator))"
                html += [" ", "\n", "&nbsp;", "<!-- <p> -->&#32;"].randomElement(using: &generator)! + word
                lines[lines.count - 1] += (lines.last!.isEmpty ? "" : " ") + word
            case 3:
                html += ["<script>\"<p>no\"</script>", "<svg><g>no</g></svg>", "<style><p></style>"]
                    .randomElement(using: &generator)!
            case 4:
                html += "<br>"
                lines.append("")
            case 5: within(["b", "i", "a", "span", "em"].randomElement(using: &generator)!, isBlock: false, depth)
            default:
                within(["div", "ul", "section", "h2", "form"].randomElement(using: &generator)!, isBlock: true, depth)
            }
        }
    }

    private mutating func within(_ name: String, isBlock: Bool, _ depth: Int) {
        guard depth > 0 else { return }
        let attributes = ["", " a=b", " title=\"a > <p> b\"", " x='\"' y", " data-x = \"\n\""]
            .randomElement(using: &generator)!
        if isBlock { lines.append("") }
        html += "<\(name)\(attributes)>"
        fill(depth: depth - 1)
        html += "</\(name)>"
        if isBlock { lines.append("") }
    }
}

@Test func madeUpPagesHaveTheTextTheyWereMadeOf() throws {
    for seed in UInt64(0)..<400 {
        var page = MadeUpPage(generator: SeededGenerator(seed: seed))
        for _ in 0..<4 { page.fill(depth: 8) }
        let expected = page.lines.filter { !$0.isEmpty }.joined(separator: "\n")
        #expect(try pageText(page.html) == expected, "seed \(seed): \(page.html)")
    }
}

/// What a page costs is bounded by what libxml2 is given: that must stay in proportion, flat and closed.
@Test func tagsAreBoundedWhateverComes() throws {
    let pages = [
        "<div " + (0..<20_000).map { "a\($0)=\"v\"" }.joined(separator: " ") + ">x",
        "<div title=\"" + String(repeating: "x", count: 1 << 20) + "\">x",
        String(repeating: "<div>", count: 20_000) + "x", String(repeating: "<div></p>", count: 20_000) + "x",
        String(repeating: "<ul><li>", count: 20_000) + "x", String(repeating: "<b><a>", count: 20_000) + "x",
        String(repeating: "<table><tr><td>", count: 20_000) + "x", String(repeating: "<svg>", count: 20_000) + "<p>x",
        String(repeating: "<a b=\"", count: 20_000) + "\">x", String(repeating: "<pre>", count: 20_000) + "x",
        String(repeating: "</div>", count: 20_000) + "x", String(repeating: "<h1><section>", count: 20_000) + "x",
    ]
    for page in pages {
        let name = page.prefix(40)
        let bounded = markup(page)
        #expect(bounded.utf8.count <= 4 * page.utf8.count + 64, "\(name)")
        var (depth, deepest) = (0, 0)
        for tag in bounded.split(separator: "<") where !tag.hasPrefix("br>") {
            #expect(!tag.prefix { $0 != ">" }.contains(" "), "\(name)")
            depth += tag.hasPrefix("/") ? -1 : 1
            deepest = max(deepest, depth)
        }
        #expect(depth == 0 && deepest <= 256 + 2, "\(name)")
        #expect(try pageText(page) == "x", "\(name)")
    }
}

/// What libxml2 is given of a page.
private func markup(_ html: String) -> String {
    var count = 0
    let bytes = Array(html.utf8)
    // The shim reads the bytes it is told of, and hands over memory that is freed below.
    guard let bounded = unsafe nd_page_bounded(bytes, bytes.count, &count) else { return "" }
    defer { unsafe free(bounded) }
    return unsafe String(decoding: UnsafeBufferPointer(start: bounded, count: count), as: UTF8.self)
}

@Test func pagesAreFilesToo() throws {
    let reading = try read(Array("<!doctype html><p>a".utf8), named: "a.txt")
    #expect(reading.texts == ["a"] && reading.ids == reading.documents.map { $0.location?.source ?? "" })
    #expect(try read(Array("<x>a".utf8), named: "a.HTM").texts == ["a"])
    #expect(try read(Array("<x>a".utf8), named: "a.txt").texts == ["<x>a"])
    #expect(try read(Array("<p>a".utf8), named: "a", ReadingOptions(format: .text)).texts == ["<p>a"])
    #expect(try read(try pack([Array("<p>a".utf8)], .gzip), named: "a.html.gz").texts == ["a"])
}
