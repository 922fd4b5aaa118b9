package io.countermachine.local.faults;

import io.netty.bootstrap.Bootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.channel.pool.AbstractChannelPoolHandler;
import io.netty.channel.pool.SimpleChannelPool;
import io.netty.channel.socket.nio.NioSocketChannel;
import io.netty.handler.codec.http.FullHttpRequest;
import io.netty.handler.codec.http.FullHttpResponse;
import io.netty.handler.codec.http.HttpClientCodec;
import io.netty.handler.codec.http.HttpObjectAggregator;
import io.netty.handler.codec.http.HttpUtil;
import io.netty.util.AttributeKey;
import io.netty.util.concurrent.Future;
import java.net.URI;
import java.util.concurrent.CompletableFuture;

/** A pool of connections to the store, each with at most one call in flight. */
@SuppressWarnings("FutureReturnValueIgnored") // A failure ends the connection and so the call.
final class StoreConnectionPool implements AutoCloseable {
  private static final AttributeKey<CompletableFuture<FullHttpResponse>> ANSWER =
      AttributeKey.valueOf(StoreConnectionPool.class, "ANSWER");

  private final SimpleChannelPool pool;

  StoreConnectionPool(EventLoopGroup loops, URI store, int mostBytes) {
    this.pool =
        new SimpleChannelPool(
            new Bootstrap()
                .group(loops)
                .channel(NioSocketChannel.class)
                .remoteAddress(store.getHost(), store.getPort()),
            new AbstractChannelPoolHandler() {
              @Override
              public void channelCreated(Channel channel) {
                channel
                    .pipeline()
                    .addLast(
                        new HttpClientCodec(), new HttpObjectAggregator(mostBytes), new Answers());
              }
            });
  }

  /** Sends a request and releases it. The receiver must release the response. */
  CompletableFuture<FullHttpResponse> send(FullHttpRequest request) {
    CompletableFuture<FullHttpResponse> answer = new CompletableFuture<>();
    pool.acquire()
        .addListener(
            (Future<Channel> acquired) -> {
              if (!acquired.isSuccess()) {
                request.release();
                answer.completeExceptionally(acquired.cause());
                return;
              }
              Channel channel = acquired.getNow();
              channel.attr(ANSWER).set(answer);
              channel.writeAndFlush(request);
            });
    return answer;
  }

  /** Delivers each response to the call that waits for it. */
  private final class Answers extends SimpleChannelInboundHandler<FullHttpResponse> {
    @Override
    protected void channelRead0(ChannelHandlerContext context, FullHttpResponse response) {
      CompletableFuture<FullHttpResponse> answer = context.channel().attr(ANSWER).getAndSet(null);
      if (!HttpUtil.isKeepAlive(response)) {
        context.close();
      }
      pool.release(context.channel());
      if (answer != null) {
        answer.complete(response.retain());
      }
    }

    @Override
    public void channelInactive(ChannelHandlerContext context) {
      CompletableFuture<FullHttpResponse> answer = context.channel().attr(ANSWER).getAndSet(null);
      if (answer != null) {
        answer.completeExceptionally(
            new IllegalStateException("the store closed the connection without an answer"));
        pool.release(context.channel());
      }
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
      context.close();
    }
  }

  @Override
  public void close() {
    pool.close();
  }
}
