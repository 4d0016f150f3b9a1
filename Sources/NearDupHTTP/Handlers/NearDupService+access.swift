internal import HTTPTypes

extension NearDupService {
    /// Refuses what a token doesn't allow.
    ///
    /// - Throws: ``Problem``, 401 without a known token, 403 with one that allows less.
    func demand(_ right: AccessTokens.Right, authorization: String?) throws(Problem) {
        guard let tokens = settings.tokens else { return }
        switch (tokens.right(ofHeader: authorization), right) {
        case (.write, _), (.read, .read): return
        case (.read, .write):
            throw Problem(
                .forbidden,
                "read-only-token",
                "this token may check and look; to add or remove takes another"
            )
        case (nil, _):
            throw Problem(
                .unauthorized,
                "no-token",
                "expected a header `authorization: Bearer TOKEN` with a token of this service; "
                    + "curl: -H \"authorization: Bearer $TOKEN\"",
                closes: true
            )
        }
    }

    /// Refuses what a web page of another site makes a browser on this machine send.
    ///
    /// Without tokens whoever reaches the port may do everything, and a browser reaches it for any page it shows: such a
    /// request names the other site as its origin, or (where the site's name was made to lead here) as its host.
    ///
    /// - Throws: ``Problem`` (403).
    func admitOrigin(_ origin: String?, authority: String?) throws(Problem) {
        guard settings.tokens == nil else { return }
        let authority = authority ?? ""
        let host = Self.hostName(of: authority)
        guard Self.ownNames.contains(host) || settings.allowedHosts.contains(host) || host == settings.host else {
            throw Problem(
                .forbidden,
                "unknown-host",
                "expected a request for localhost or 127.0.0.1; where another name leads here, say so: --allow-host NAME",
                closes: true
            )
        }
        guard let origin else { return }
        guard origin == "http://\(authority)" || origin == "https://\(authority)" else {
            throw Problem(
                .forbidden,
                "other-origin",
                "requests from pages of other sites are refused; set up tokens to allow them",
                closes: true
            )
        }
    }

    private static let ownNames: Set<String> = ["localhost", "127.0.0.1", "[::1]", "::1"]

    /// The host without its port, in lower case.
    static func hostName(of authority: String) -> String {
        // Every request comes through here: bytes are much faster to go through than characters.
        let bytes = authority.utf8
        if bytes.first == UInt8(ascii: "["), let end = bytes.firstIndex(of: UInt8(ascii: "]")) {
            return authority[...end].lowercased()
        }
        return authority[..<(bytes.firstIndex(of: UInt8(ascii: ":")) ?? bytes.endIndex)].lowercased()
    }
}
