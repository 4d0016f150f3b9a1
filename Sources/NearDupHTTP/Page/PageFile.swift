internal import HTTPTypes
internal import Hummingbird
internal import NIOCore

/// A file of the page for people, which is part of the program.
struct PageFile: Sendable {
    let type: String
    let text: String

    /// The file at a path; nil where there is none.
    static func at(_ path: String) -> PageFile? {
        switch path {
        case "/": PageFile(type: "text/html; charset=utf-8", text: Page.html)
        case "/page.css": PageFile(type: "text/css; charset=utf-8", text: Page.css)
        case "/page.js": PageFile(type: "text/javascript; charset=utf-8", text: Page.script)
        case "/icon.svg": PageFile(type: "image/svg+xml", text: Page.icon)
        default: nil
        }
    }

    /// Nothing but these files, from here, and requests to here; no other page may frame it.
    private static let policy =
        "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src 'self'; base-uri 'none'; "
        + "form-action 'none'; frame-ancestors 'none'"

    var response: Response {
        var headers: HTTPFields = [.contentType: type, .cacheControl: "no-cache", .xContentTypeOptions: "nosniff"]
        headers[.contentSecurityPolicy] = Self.policy
        headers[HTTPField.Name("referrer-policy")!] = "no-referrer"
        return Response(status: .ok, headers: headers, body: ResponseBody(byteBuffer: ByteBuffer(string: text)))
    }
}
