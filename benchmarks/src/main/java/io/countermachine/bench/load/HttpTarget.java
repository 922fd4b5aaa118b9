package io.countermachine.bench.load;

import io.countermachine.bench.workload.AnswerCheck;
import io.countermachine.bench.workload.Workload;
import io.netty.bootstrap.Bootstrap;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelOption;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.channel.nio.NioEventLoopGroup;
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
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;

/**
 * A feature service over HTTP/1.1. One thread serves all connections, bodies are encoded in
 * advance, and for most responses only status and length are checked, so that the generator leaves
 * the machine to the contender. The first response to each request and a sample of the later ones
 * are compared value by value. The others must have the same length as the compared one.
 */
@SuppressWarnings("FutureReturnValueIgnored") // A failed write or connect closes the connection.
final class HttpTarget implements Target {
  private static final int MOST_CONNECTIONS = 256;
  private static final int MOST_BYTES = 64 << 20;
  private static final int SAMPLE = 200;
  private static final int OK = 200;

  private final NioEventLoopGroup loops = new NioEventLoopGroup(1);
  private final FixedChannelPool connections;
  private final ExecutorService checker = Executors.newSingleThreadExecutor();
  private final String host;
  private final List<Workload.Body> bodies = new ArrayList<>();
  private final AnswerCheck check;

  /**
   * By request: the length of the right response; 0 until it is known. Only the event loop uses it.
   */
  private final int[] lengths;

  private volatile String wrongAnswer;

  HttpTarget(URI address, Workload workload, int coldCandidates) {
    this.host = address.getHost() + ":" + address.getPort();
    this.check = new AnswerCheck(workload);
    this.lengths = new int[workload.requests()];
    for (int request = 0; request < workload.requests(); request++) {
      bodies.add(workload.body(request, coldCandidates));
    }
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

  /** A request in flight. */
  private record Exchange(long number, Completion completion) {}

  @Override
  public void send(long number, Completion completion) {
    connections
        .acquire()
        .addListener(
            (Future<Channel> acquired) -> {
              if (acquired.isSuccess()) {
                Channel channel = acquired.getNow();
                channel.pipeline().get(Connection.class).exchange =
                    new Exchange(number, completion);
                channel.writeAndFlush(request(number));
              } else {
                completion.ended(acquired.cause().toString());
              }
            });
  }

  private FullHttpRequest request(long number) {
    byte[] body = bodies.get((int) (number % bodies.size())).numbered(number);
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

  /** One connection, with at most one request in flight. */
  private final class Connection extends SimpleChannelInboundHandler<FullHttpResponse> {
    private Exchange exchange;

    @Override
    protected void channelRead0(ChannelHandlerContext context, FullHttpResponse response) {
      Exchange ended = exchange;
      exchange = null;
      ended.completion().ended(fault(ended.number(), response));
      if (!HttpUtil.isKeepAlive(response)) {
        // Servers close a connection after some requests. Tomcat does so after 100.
        context.close();
      }
      connections.release(context.channel());
    }

    @Override
    public void channelInactive(ChannelHandlerContext context) {
      if (exchange != null) {
        exchange.completion().ended("the connection was closed");
        exchange = null;
        connections.release(context.channel());
      }
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
      context.close();
    }
  }

  /** What is immediately visible to be wrong with a response; null if nothing is. */
  private String fault(long number, FullHttpResponse response) {
    int request = (int) (number % lengths.length);
    int length = response.content().readableBytes();
    if (response.status().code() != OK) {
      return "status %d: %s"
          .formatted(response.status().code(), response.content().toString(StandardCharsets.UTF_8));
    }
    if (lengths[request] == 0) {
      String fault = check.fault(request, ByteBufUtil.getBytes(response.content()));
      lengths[request] = fault == null ? length : 0;
      return fault;
    }
    // Samples in such a way that every request has its turn.
    if ((number / lengths.length) % SAMPLE == 7) {
      // Compared on another thread, so that other responses need not wait.
      byte[] answer = ByteBufUtil.getBytes(response.content());
      checker.execute(() -> requireRight(request, answer));
      return null;
    }
    return length == lengths[request]
        ? null
        : "the response to request %d has %d bytes; the right one has %d"
            .formatted(request, length, lengths[request]);
  }

  private void requireRight(int request, byte[] answer) {
    String fault = check.fault(request, answer);
    if (fault != null && wrongAnswer == null) {
      wrongAnswer = fault;
    }
  }

  @Override
  public String wrongAnswer() {
    // The checker has one thread: when this task is done, all earlier ones are.
    CompletableFuture.runAsync(() -> {}, checker).join();
    return wrongAnswer;
  }

  @Override
  public void close() {
    loops.shutdownGracefully(0, 1, TimeUnit.SECONDS).syncUninterruptibly();
    checker.shutdown();
  }
}
