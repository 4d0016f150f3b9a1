internal import NIOCore
internal import NIOHTTP1

/// Ends connections whose client is too slow, and those that a response closes.
///
/// A client's time runs only while the service waits for it: what the service leaves unread, because it is busy, costs
/// the client nothing.
final class ConnectionGuard: ChannelDuplexHandler, RemovableChannelHandler {
    typealias InboundIn = HTTPServerRequestPart
    typealias InboundOut = HTTPServerRequestPart
    typealias OutboundIn = HTTPServerResponsePart
    typealias OutboundOut = HTTPServerResponsePart

    private let limits: ServiceLimits
    private let tick: TimeAmount
    private var isClosed = false
    /// Since when there has been no request.
    private var idleSince: NIODeadline? = .now()
    private var hasHadRequest = false
    private var isReadingBody = false
    /// Of the request being read.
    private var headers = HTTPHeaders()
    private var bodyBytes = 0
    /// Since when the service waits for more of the body, and how long it waited for all of it so far.
    private var waitingSince: NIODeadline?
    private var waited = TimeAmount.zero
    /// Since when the client has been taking nothing.
    private var blockedSince: NIODeadline?
    private var closesAfterResponse = false
    private var hasTimedOut = false
    /// When a connection that is done with ends whether or not the client has noticed.
    private var lingerUntil: NIODeadline?

    init(_ limits: ServiceLimits) {
        self.limits = limits
        let least = min(limits.headSeconds, limits.stallSeconds, limits.idleSeconds)
        tick = .milliseconds(Int64(max(10, min(1000, least * 250))))
    }

    func handlerAdded(context: ChannelHandlerContext) {
        if context.channel.isActive { schedule(context) }
    }

    func channelActive(context: ChannelHandlerContext) {
        idleSince = .now()
        schedule(context)
        context.fireChannelActive()
    }

    func channelInactive(context: ChannelHandlerContext) {
        isClosed = true
        context.fireChannelInactive()
    }

    func read(context: ChannelHandlerContext) {
        if waitingSince == nil { waitingSince = .now() }
        context.read()
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        if let since = waitingSince {
            waited = waited + (.now() - since)
            waitingSince = nil
        }
        switch unwrapInboundIn(data) {
        case .head(let head):
            (idleSince, hasHadRequest, isReadingBody) = (nil, true, true)
            (bodyBytes, waited) = (0, .zero)
            headers = head.headers
            // What is too large is refused before it is sent.
            if headers.first(name: "expect")?.lowercased() == "100-continue",
                isBatch || (headers.first(name: "content-length").flatMap { Int($0) } ?? 0) <= limits.documentBytes
            {
                let goOn = HTTPResponseHead(version: .http1_1, status: .continue)
                context.writeAndFlush(wrapOutboundOut(.head(goOn)), promise: nil)
            }
        case .body(let bytes): bodyBytes += bytes.readableBytes
        case .end: isReadingBody = false
        }
        // What still comes after a last response is dropped.
        if lingerUntil == nil { context.fireChannelRead(data) }
    }

    func write(context: ChannelHandlerContext, data: NIOAny, promise: EventLoopPromise<Void>?) {
        switch unwrapOutboundIn(data) {
        case .head(var head) where head.status.code >= 200:
            // A refusal that doesn't wait for the body ends the connection, and a client that keeps connections must know.
            if isReadingBody, head.status.code >= 400 { head.headers.replaceOrAdd(name: "connection", value: "close") }
            closesAfterResponse = head.headers.first(name: "connection") == "close"
            context.write(wrapOutboundOut(.head(head)), promise: promise)
        case .end:
            if !isReadingBody { idleSince = .now() }
            if closesAfterResponse || isReadingBody {
                context.writeAndFlush(data, promise: promise)
                // Nobody reads the rest of a body. The client gets to read the answer: closing with bytes unread would reset the connection under it.
                linger()
                context.close(mode: .output, promise: nil)
            } else {
                context.write(data, promise: promise)
            }
        default: context.write(data, promise: promise)
        }
    }

    func close(context: ChannelHandlerContext, mode: CloseMode, promise: EventLoopPromise<Void>?) {
        if mode == .output { linger() }
        context.close(mode: mode, promise: promise)
    }

    func channelWritabilityChanged(context: ChannelHandlerContext) {
        blockedSince = context.channel.isWritable ? nil : .now()
        context.fireChannelWritabilityChanged()
    }

    private var isBatch: Bool { BodyKind.isLines(contentType: headers.first(name: "content-type")) }

    private func linger() {
        if lingerUntil == nil { lingerUntil = .now() + .seconds(2) }
    }

    private func schedule(_ context: ChannelHandlerContext) {
        context.eventLoop.assumeIsolated()
            .scheduleTask(in: tick) {
                guard !self.isClosed else { return }
                self.look(context)
                self.schedule(context)
            }
    }

    /// Looks whether the client's time is up.
    private func look(_ context: ChannelHandlerContext) {
        let now = NIODeadline.now()
        let stall = TimeAmount.time(limits.stallSeconds)
        if let lingerUntil, now >= lingerUntil { return context.close(promise: nil) }
        if let blockedSince, now - blockedSince >= stall { return context.close(promise: nil) }
        if let idleSince, !isReadingBody {
            let most = hasHadRequest ? limits.idleSeconds : limits.headSeconds
            if now - idleSince >= .time(most) { context.close(promise: nil) }
            return
        }
        guard isReadingBody, !hasTimedOut, let waitingSince else { return }
        let silent = now - waitingSince
        let allowed = stall + .time(Double(bodyBytes) / Double(limits.leastRate))
        guard silent >= stall || (!isBatch && waited + silent >= allowed) else { return }
        hasTimedOut = true
        // Whoever reads the body answers.
        context.fireErrorCaught(ClientTooSlow())
        linger(after: stall)
    }

    /// Where nobody answers, the connection ends all the same.
    private func linger(after time: TimeAmount) {
        if lingerUntil == nil { lingerUntil = .now() + time }
    }
}

/// A body did not come in time.
struct ClientTooSlow: Error {}

extension TimeAmount {
    /// So many seconds and parts of one.
    static func time(_ seconds: Double) -> TimeAmount { .nanoseconds(Int64(seconds * 1e9)) }
}
