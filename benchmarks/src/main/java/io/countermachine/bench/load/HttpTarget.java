package io.countermachine.bench.load;

import io.countermachine.bench.workload.AnswerCheck;
import io.countermachine.bench.workload.Workload;
import io.netty.bootstrap.Bootstrap;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoop;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.channel.nio.NioEventLoopGroup;
import io.netty.channel.socket.SocketChannel;
import io.netty.channel.socket.nio.NioSocketChannel;
import io.netty.handler.codec.http.DefaultFullHttpRequest;
import io.netty.handler.codec.http.FullHttpRequest;
import io.netty.handler.codec.http.HttpClientCodec;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpObject;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpUtil;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http.LastHttpContent;
import java.io.ByteArrayOutputStream;
import java.net.URI;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;

/**
 * A feature service over HTTP/1.1. One thread serves all connections, bodies are encoded
 * beforehand, and of most answers only status and length are looked at, so that the generator
 * leaves the machine to what is measured. The first answer to each request and a sample of the
 * later ones are compared value by value; the others must be as long as the one that was.
 */
@SuppressWarnings("FutureReturnValueIgnored") // A failed write or connect ends the connection.
final class HttpTarget implements Target {
  private static final int MOST_CONNECTIONS = 256;
  private static final int SAMPLE = 200;
  private static final int OK = 200;

  private final EventLoopGroup loops = new NioEventLoopGroup(1);
  private final EventLoop loop = loops.next();
  private final ExecutorService checker = Executors.newSingleThreadExecutor();
  private final Bootstrap bootstrap;
  private final String host;
  private final List<Workload.Body> bodies = new ArrayList<>();
  private final AnswerCheck check;
  private final int[] lengths;

  private volatile String wrongAnswer;

  // The loop's alone.
  private final Deque<Connection> idle = new ArrayDeque<>();
  private final Deque<Exchange> waiting = new ArrayDeque<>();
  private int connections;

  HttpTarget(URI address, Workload workload, int coldCandidates) {
    this.host = address.getHost() + ":" + address.getPort();
    this.check = new AnswerCheck(workload);
    this.lengths = new int[workload.requests()];
    for (int request = 0; request < workload.requests(); request++) {
      bodies.add(workload.body(request, coldCandidates));
    }
    this.bootstrap =
        new Bootstrap()
            .group(loop)
            .channel(NioSocketChannel.class)
            .option(ChannelOption.TCP_NODELAY, true)
            .remoteAddress(address.getHost(), address.getPort())
            .handler(
                new ChannelInitializer<SocketChannel>() {
                  @Override
                  protected void initChannel(SocketChannel channel) {
                    channel.pipeline().addLast(new HttpClientCodec(), new Connection());
                  }
                });
  }

  /** A request that is under way. */
  private record Exchange(long number, Completion completion) {}

  @Override
  public void send(long number, Completion completion) {
    loop.execute(() -> start(new Exchange(number, completion)));
  }

  private void start(Exchange exchange) {
    Connection connection = idle.pollLast();
    if (connection != null) {
      connection.send(exchange);
      return;
    }
    waiting.addLast(exchange);
    if (connections < MOST_CONNECTIONS) {
      connect();
    }
  }

  private void connect() {
    connections++;
    bootstrap
        .connect()
        .addListener(
            connected -> {
              if (!connected.isSuccess()) {
                connections--;
                failNext(connected.cause().toString());
              }
            });
  }

  private void failNext(String failure) {
    Exchange exchange = waiting.pollFirst();
    if (exchange != null) {
      exchange.completion().ended(failure);
    }
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

  /** One connection, with one request under way at most. */
  private final class Connection extends SimpleChannelInboundHandler<HttpObject> {
    private Channel channel;
    private Exchange exchange;
    private int status;
    private boolean lasts;
    private int length;
    private ByteArrayOutputStream kept;

    @Override
    public void channelActive(ChannelHandlerContext context) {
      channel = context.channel();
      release();
    }

    private void release() {
      Exchange next = waiting.pollFirst();
      if (next != null) {
        send(next);
      } else {
        idle.addLast(this);
      }
    }

    private void send(Exchange next) {
      exchange = next;
      length = 0;
      int request = (int) (next.number() % lengths.length);
      // A sample that meets every request in turn.
      boolean sampled = lengths[request] == 0 || (next.number() / lengths.length) % SAMPLE == 7;
      kept = sampled ? new ByteArrayOutputStream() : null;
      channel.writeAndFlush(request(next.number()));
    }

    @Override
    protected void channelRead0(ChannelHandlerContext context, HttpObject part) throws Exception {
      if (part instanceof HttpResponse response) {
        status = response.status().code();
        lasts = HttpUtil.isKeepAlive(response);
        if (status != OK) {
          kept = new ByteArrayOutputStream();
        }
      }
      if (part instanceof HttpContent content) {
        ByteBuf bytes = content.content();
        length += bytes.readableBytes();
        if (kept != null) {
          kept.write(ByteBufUtil.getBytes(bytes));
        }
        if (part instanceof LastHttpContent) {
          end();
        }
      }
    }

    private void end() {
      Exchange ended = exchange;
      exchange = null;
      int request = (int) (ended.number() % lengths.length);
      if (status != OK) {
        ended.completion().ended("status " + status + ": " + kept);
      } else if (kept == null) {
        ended
            .completion()
            .ended(
                length == lengths[request]
                    ? null
                    : "request %d was answered with %d bytes; %d were right"
                        .formatted(request, length, lengths[request]));
      } else if (lengths[request] == 0) {
        String fault = check.fault(request, kept.toByteArray());
        lengths[request] = fault == null ? length : 0;
        ended.completion().ended(fault);
      } else {
        // Compared on another thread, so that answers to others need not wait.
        ended.completion().ended(null);
        byte[] answer = kept.toByteArray();
        checker.execute(() -> requireRight(request, answer));
      }
      if (lasts) {
        release();
      } else {
        // Servers end a connection after some requests, as Tomcat does after 100.
        channel.close();
      }
    }

    @Override
    public void channelInactive(ChannelHandlerContext context) {
      connections--;
      idle.remove(this);
      if (!waiting.isEmpty()) {
        connect();
      }
      if (exchange != null) {
        exchange.completion().ended("the connection was closed");
        exchange = null;
      }
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
      context.close();
    }
  }

  private void requireRight(int request, byte[] answer) {
    String fault = check.fault(request, answer);
    if (fault != null && wrongAnswer == null) {
      wrongAnswer = fault;
    }
  }

  @Override
  public String wrongAnswer() {
    // The checker is one thread: what was handed to it before this is done when this is.
    CompletableFuture.runAsync(() -> {}, checker).join();
    return wrongAnswer;
  }

  @Override
  public void close() {
    loops.shutdownGracefully(0, 1, TimeUnit.SECONDS).syncUninterruptibly();
    checker.shutdown();
  }
}
