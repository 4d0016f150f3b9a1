internal import NIOCore
internal import NIOHTTP1

/// Answers checks of short documents on the thread that reads the connection, as soon as they are there.
///
/// Such a check takes less time than it takes to wake another thread for it, and this one again for its answer. Only what is
/// plain is answered here: a whole request that nothing is to be said against. All else goes on to the service as it came: so
/// there is one place that refuses, fails and logs, and one that streams.
final class ShortChecks: ChannelDuplexHandler, RemovableChannelHandler {
    typealias InboundIn = HTTPServerRequestPart
    typealias InboundOut = HTTPServerRequestPart
    typealias OutboundIn = HTTPServerResponsePart
    typealias OutboundOut = HTTPServerResponsePart

    /// Longer documents take so long to check that other connections of the thread would wait for them.
    static let longest = 64 << 10

    private let service: NearDupService
    /// The request whose body is coming.
    private var pending: PendingCheck?
    /// Requests that went on and are not answered yet: the answers to those after them come after theirs.
    private var underWay = 0
    /// Whether one was answered of what was read last: more of them go on, so that other connections have their turn.
    private var hasAnswered = false
    /// Whether an answer is still to be sent, and what happened meanwhile: the service, which has nothing to do, might end the
    /// connection for it.
    private var isSending = false
    private var happened: [Any] = []

    init(_ service: NearDupService) { self.service = service }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        switch unwrapInboundIn(data) {
        case .head(let head):
            if underWay == 0, !hasAnswered, !isSending, let check = PendingCheck(head, for: service) {
                pending = check
                return
            }
            underWay += 1
        case .body(let bytes):
            if pending?.add(bytes, service.memory) == true { return }
            handOver(context)
        case .end(let trailers):
            if trailers == nil, answer(context) { return }
            handOver(context)
        }
        context.fireChannelRead(data)
    }

    func channelReadComplete(context: ChannelHandlerContext) {
        hasAnswered = false
        context.fireChannelReadComplete()
    }

    func write(context: ChannelHandlerContext, data: NIOAny, promise: EventLoopPromise<Void>?) {
        if case .end = unwrapOutboundIn(data), underWay > 0 { underWay -= 1 }
        context.write(data, promise: promise)
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        handOver(context)
        context.fireErrorCaught(error)
    }

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        handOver(context)
        if isSending { happened.append(event) } else { context.fireUserInboundEventTriggered(event) }
    }

    func channelInactive(context: ChannelHandlerContext) {
        drop()
        context.fireChannelInactive()
    }

    func handlerRemoved(context: ChannelHandlerContext) { drop() }

    /// Lets a request that was kept go on.
    private func handOver(_ context: ChannelHandlerContext) {
        guard let check = pending else { return }
        drop()
        underWay += 1
        context.fireChannelRead(wrapInboundOut(.head(check.head)))
        if check.body.readableBytes > 0 { context.fireChannelRead(wrapInboundOut(.body(check.body))) }
    }

    private func drop() {
        pending?.giveBack(service.memory)
        pending = nil
    }

    /// Answers the request that is there; false where that is not for here.
    private func answer(_ context: ChannelHandlerContext) -> Bool {
        guard let check = pending, let answer = service.answer(check) else { return false }
        drop()
        hasAnswered = true
        isSending = true
        let head = HTTPResponseHead(
            version: .http1_1,
            status: .ok,
            headers: [
                "Content-Type": "application/json", "Content-Length": "\(answer.readableBytes)",
                "Date": service.date.now,
            ]
        )
        let sent = context.eventLoop.makePromise(of: Void.self)
        sent.futureResult.assumeIsolated().whenComplete { _ in self.wasSent(context) }
        context.write(wrapOutboundOut(.head(head)), promise: nil)
        context.write(wrapOutboundOut(.body(.byteBuffer(answer))), promise: sent)
        context.write(wrapOutboundOut(.end(nil)), promise: nil)
        // Sent when the thread has read all connections that have something to say: to wake a client costs as much as a third of
        // a check, and to wake one that waits for several answers costs it once.
        context.eventLoop.assumeIsolated().execute { context.flush() }
        return true
    }

    private func wasSent(_ context: ChannelHandlerContext) {
        isSending = false
        let events = happened
        happened = []
        for event in events { context.fireUserInboundEventTriggered(event) }
    }
}
