package io.countermachine.local.wire;

import io.netty.bootstrap.ServerBootstrap;
import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.socket.SocketChannel;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.FullHttpRequest;
import io.netty.handler.codec.http.FullHttpResponse;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpObjectAggregator;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpServerCodec;
import io.netty.handler.codec.http.HttpVersion;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.util.function.Function;
import java.util.zip.CRC32;

/** A server for DynamoDB's protocol, JSON over HTTP/1.1, on the loopback address. */
public final class DynamoDbHttp {
  private static final int BACKLOG = 1024;

  private DynamoDbHttp() {}

  /**
   * Listens on a port; 0 for any free one.
   *
   * @param maxBytes the maximum size of a request or response
   * @param handler handles the requests of one connection
   */
  public static Channel listen(
      EventLoopGroup loops,
      int port,
      int maxBytes,
      Function<SocketChannel, ChannelHandler> handler) {
    return new ServerBootstrap()
        .group(loops)
        .channel(NioServerSocketChannel.class)
        .option(ChannelOption.SO_BACKLOG, BACKLOG)
        .childOption(ChannelOption.TCP_NODELAY, true)
        .childHandler(
            new ChannelInitializer<SocketChannel>() {
              @Override
              protected void initChannel(SocketChannel channel) {
                channel
                    .pipeline()
                    .addLast(
                        new HttpServerCodec(),
                        new HttpObjectAggregator(maxBytes),
                        handler.apply(channel));
              }
            })
        .bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), port))
        .syncUninterruptibly()
        .channel();
  }

  /** The endpoint at which clients reach a server. */
  public static URI endpoint(Channel server) {
    return URI.create("http://localhost:" + ((InetSocketAddress) server.localAddress()).getPort());
  }

  /** DynamoDB's name of a request's operation, such as {@code BatchGetItem}. */
  public static String operation(FullHttpRequest request) {
    String target = request.headers().get("X-Amz-Target", "");
    return target.substring(target.indexOf('.') + 1);
  }

  /** A response with DynamoDB's checksum. */
  public static FullHttpResponse response(HttpResponseStatus status, ByteBuf json) {
    CRC32 crc = new CRC32();
    crc.update(json.nioBuffer());
    FullHttpResponse response = new DefaultFullHttpResponse(HttpVersion.HTTP_1_1, status, json);
    response
        .headers()
        .set(HttpHeaderNames.CONTENT_TYPE, "application/x-amz-json-1.0")
        .set(HttpHeaderNames.CONTENT_LENGTH, json.readableBytes())
        .set("x-amz-crc32", Long.toString(crc.getValue()));
    return response;
  }
}
