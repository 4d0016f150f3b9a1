import NIOCore
import NIOEmbedded
import NIOHTTP1
import Testing

@testable import NearDupHTTP

/// A connection with nothing but the handler of short checks.
struct HandlerConnection {
    let channel: EmbeddedChannel
    let service: NearDupService
    /// Of what went on to the service.
    let events = EventRecorder()

    init(_ service: NearDupService) {
        self.service = service
        channel = EmbeddedChannel(handlers: [ShortChecks(service), events])
    }

    func send(_ part: HTTPServerRequestPart) { channel.pipeline.fireChannelRead(part) }

    func send(_ text: String) { send(.body(ByteBuffer(string: text))) }

    func endOfRead() { channel.pipeline.fireChannelReadComplete() }

    /// Sends a whole request, read at once.
    func send(_ head: HTTPRequestHead, _ text: String) {
        send(.head(head))
        send(text)
        send(.end(nil))
        endOfRead()
    }

    /// Answers the first of those that went on, as the service does.
    func answerOther() {
        let head = HTTPResponseHead(version: .http1_1, status: .ok)
        for part in [HTTPServerResponsePart.head(head), .end(nil)] {
            #expect(throws: Never.self) { try channel.writeOutbound(part) }
        }
        while next() != nil {}
    }

    /// What went on to the service.
    func passed() -> [HTTPServerRequestPart] {
        var parts: [HTTPServerRequestPart] = []
        while let part = try? channel.readInbound(as: HTTPServerRequestPart.self) { parts.append(part) }
        return parts
    }

    /// The body of the answer, where there is a whole one.
    func answer() -> String? {
        guard let first = next() else { return nil }
        guard case .head(let head) = first, head.status == .ok, case .body(.byteBuffer(let body))? = next(),
            case .end(nil)? = next()
        else {
            Issue.record("not a whole answer")
            return nil
        }
        #expect(head.headers["content-length"] == ["\(body.readableBytes)"])
        return String(buffer: body)
    }

    private func next() -> HTTPServerResponsePart? {
        channel.embeddedEventLoop.run()
        return try? channel.readOutbound(as: HTTPServerResponsePart.self)
    }
}

/// Counts events.
final class EventRecorder: ChannelInboundHandler {
    typealias InboundIn = HTTPServerRequestPart
    private(set) var count = 0

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) { count += 1 }
}
