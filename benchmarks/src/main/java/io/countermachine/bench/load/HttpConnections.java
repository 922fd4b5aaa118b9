package io.countermachine.bench.load;

import io.netty.bootstrap.Bootstrap;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.channel.pool.AbstractChannelPoolHandler;
import io.netty.channel.pool.ChannelHealthChecker;
import io.netty.channel.pool.FixedChannelPool;
import io.netty.channel.socket.nio.NioSocketChannel;
import io.netty.handler.codec.http.DefaultFullHttpRequest;
import io.netty.handler.codec.http.FullHttpRequest;
import io.netty.handler.codec.http.FullHttpResponse;
import io.netty.handler.codec.http.HttpClientCodec;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpObjectAggregator;
import io.netty.handler.codec.http.HttpUtil;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.util.concurrent.Future;
import java.net.URI;

/** Connections to a feature service over HTTP/1.1, with one request under way on each. */
@SuppressWarnings("FutureReturnValueIgnored") // A failed write or connect ends the connection.
public final class HttpConnections implements AutoCloseable {
  private static final int MOST_CONNECTIONS = 256;
  private static final int MOST_BYTES = 64 << 20;

  private final FixedChannelPool connections;
  private final String host;

  /** Told once per request, on the loop's thread. */
  public interface Listener {
    /** An answer came, with any status; its content is released after the call. */
    void answered(FullHttpResponse response);

    /** There is no answer, for want of a connection or because it was closed. */
    void failed(String why);
  }

  /** Opens nothing yet. The loops remain the caller's. */
  public HttpConnections(URI address, EventLoopGroup loops) {
    this.host = address.getHost() + ":" + address.getPort();
    this.connections =
        new FixedChannelPool(
            new Bootstrap()
                .group(loops)
                .channel(NioSocketChannel.class)
                .option(ChannelOption.TCP_NODELAY, true)
                .remoteAddress(address.getHost(), address.getPort()),
            new AbstractChannelPoolHandler() {
              @Override
              public void channelCreated(Channel channel) {
                channel
                    .pipeline()
                    .addLast(
                        new HttpClientCodec(),
                        new HttpObjectAggregator(MOST_BYTES),
                        new Connection());
              }
            },
            ChannelHealthChecker.ACTIVE,
            null,
            -1,
            MOST_CONNECTIONS,
            Integer.MAX_VALUE);
  }

  /** Asks for features, by a body in JSON, and returns at once. */
  public void post(byte[] body, Listener listener) {
    connections
        .acquire()
        .addListener(
            (Future<Channel> acquired) -> {
              if (acquired.isSuccess()) {
                Channel channel = acquired.getNow();
                channel.pipeline().get(Connection.class).listener = listener;
                channel.writeAndFlush(request(body));
              } else {
                listener.failed(acquired.cause().toString());
              }
            });
  }

  private FullHttpRequest request(byte[] body) {
    FullHttpRequest request =
        new DefaultFullHttpRequest(
            HttpVersion.HTTP_1_1, HttpMethod.POST, "/v1/features", Unpooled.wrappedBuffer(body));
    request
        .headers()
        .set(HttpHeaderNames.HOST, host)
        .set(HttpHeaderNames.CONTENT_TYPE, "application/json")
        .set(HttpHeaderNames.CONTENT_LENGTH, body.length);
    return request;
  }

  private final class Connection extends SimpleChannelInboundHandler<FullHttpResponse> {
    private Listener listener;

    @Override
    protected void channelRead0(ChannelHandlerContext context, FullHttpResponse response) {
      Listener asked = listener;
      listener = null;
      asked.answered(response);
      if (!HttpUtil.isKeepAlive(response)) {
        // Servers end a connection when they stop, or after some requests.
        context.close();
      }
      connections.release(context.channel());
    }

    @Override
    public void channelInactive(ChannelHandlerContext context) {
      if (listener != null) {
        listener.failed("the connection was closed");
        listener = null;
        connections.release(context.channel());
      }
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
      context.close();
    }
  }

  @Override
  public void close() {
    connections.close();
  }
}
