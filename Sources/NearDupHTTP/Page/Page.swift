/// The page for people: one document, its looks and what it does, without a framework and without anything from elsewhere.
enum Page {
    /// Two sheets, one almost over the other.
    static let icon = #"""
        <svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 32 32">
        <rect x="4" y="3" width="18" height="22" rx="2" fill="#7cc7d6"/>
        <rect x="10" y="7" width="18" height="22" rx="2" fill="#0b5c6b"/>
        </svg>

        """#
}
