internal import Hummingbird
internal import HummingbirdCore
internal import Logging
internal import NIOCore
internal import NIOHTTP1

/// A connection as Hummingbird sets it up, with what guards it, and what answers short checks, next to the HTTP parser.
struct ServedChannel: ServerChildChannel {
    private let service: NearDupService
    private let base: HTTP1Channel

    /// Creates what sets up connections.
    ///
    /// - Parameters:
    ///   - service: answers short checks.
    ///   - responder: answers the rest.
    init(_ service: NearDupService, responder: @escaping HTTPChannelHandler.Responder) {
        self.service = service
        base = HTTP1Channel(
            responder: responder,
            configuration: HTTP1Channel.Configuration(
                httpDecoderConfiguration: .init(
                    maxHeaderFieldSize: 80 << 10,
                    maxHeaderListSize: 96 << 10,
                    maxHeaderFieldCount: 100
                )
            )
        )
    }

    func setup(channel: any Channel, logger: Logger) -> EventLoopFuture<HTTP1Channel.Value> {
        base.setup(channel: channel, logger: logger)
            .flatMapThrowing { value in
                let pipeline = value.channel.pipeline.syncOperations
                let parser = try pipeline.handler(type: ByteToMessageHandler<HTTPRequestDecoder>.self)
                try pipeline.addHandler(ShortChecks(service), position: .after(parser))
                try pipeline.addHandler(ConnectionGuard(service.settings.limits), position: .after(parser))
                return value
            }
    }

    func handle(value: HTTP1Channel.Value, logger: Logger) async { await base.handle(value: value, logger: logger) }
}
