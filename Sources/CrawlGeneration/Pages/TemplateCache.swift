/// The templates of hosts met lately, one for each slot a host's number falls into.
///
/// Memory is bounded whatever the number of hosts; a host that lost its slot has its template made again, the same.
struct TemplateCache: ~Copyable {
    private static let slots = 1024

    // A class, because an array can't hold what can't be copied.
    private final class Entry {
        var template: HostTemplate

        init(_ template: consuming HostTemplate) { self.template = template }
    }

    /// Parts of a host's HTML.
    enum MarkupPart {
        case start, beforeArticle, afterArticle
    }

    private var entries: [Entry?] = Array(repeating: nil, count: slots)

    /// The slot that holds a host's template, which is made if it isn't there.
    mutating func slot(of host: Int, _ planner: PagePlanner) -> Int {
        let slot = host % Self.slots
        if entries[slot]?.template.host != host { entries[slot] = Entry(HostTemplate(host, planner)) }
        return slot
    }

    private func entry(_ slot: Int) -> Entry {
        guard let entry = entries[slot] else { preconditionFailure("a slot is filled before it is used") }
        return entry
    }

    func name(_ slot: Int) -> [UInt8] { entry(slot).template.name }

    func encoding(_ slot: Int) -> HTMLEncoding { entry(slot).template.encoding }

    func appendTitleEnd(_ slot: Int, to text: inout ByteBuffer) { entry(slot).template.appendTitleEnd(to: &text) }

    func appendBefore(_ slot: Int, to text: inout ByteBuffer) {
        let entry = entry(slot)
        text.append(entry.template.text, 0..<entry.template.bytesBefore)
    }

    func appendAfter(_ slot: Int, to text: inout ByteBuffer) {
        let entry = entry(slot)
        text.append(entry.template.text, entry.template.bytesBefore..<entry.template.text.count)
    }

    mutating func makeMarkup(_ slot: Int, _ settings: GenerationSettings) {
        let entry = entry(slot)
        guard entry.template.markup == nil else { return }
        let markup = HostMarkup(entry.template, settings)
        entry.template.markup = consume markup
    }

    func appendMarkup(_ slot: Int, _ part: MarkupPart, to html: inout ByteBuffer) {
        entry(slot).template.markup?.append(part, to: &html)
    }
}

extension HostMarkup {
    fileprivate func append(_ part: TemplateCache.MarkupPart, to html: inout ByteBuffer) {
        switch part {
        case .start: html.append(start)
        case .beforeArticle: html.append(beforeArticle)
        case .afterArticle: html.append(afterArticle)
        }
    }
}
