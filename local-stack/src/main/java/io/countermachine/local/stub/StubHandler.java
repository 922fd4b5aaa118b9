package io.countermachine.local.stub;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.countermachine.local.wire.DynamoDbHttp;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.handler.codec.http.FullHttpRequest;
import io.netty.handler.codec.http.FullHttpResponse;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpUtil;
import java.io.IOException;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

/**
 * One connection. Responds to each call a fixed time after its arrival, or later by {@link
 * StubDelays}.
 */
@SuppressWarnings("FutureReturnValueIgnored") // A write or close fails only if the client has gone.
final class StubHandler extends SimpleChannelInboundHandler<FullHttpRequest> {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final AtomicLong REQUESTS = new AtomicLong();

  static {
    // The first refusal would stop all connections while it loads its classes.
    try {
      byte[] unused = body(StubException.throttled());
    } catch (IOException e) {
      throw new ExceptionInInitializerError(e);
    }
  }

  private final StubOperations operations;
  private final long latencyNanos;

  StubHandler(StubOperations operations, Duration latency) {
    this.operations = operations;
    this.latencyNanos = latency.toNanos();
  }

  @Override
  protected void channelRead0(ChannelHandlerContext context, FullHttpRequest request)
      throws IOException {
    long due =
        System.nanoTime() + latencyNanos + operations.delayNanos(DynamoDbHttp.operation(request));
    boolean keepAlive = HttpUtil.isKeepAlive(request);
    FullHttpResponse response = answer(context, request);
    response.headers().set("x-amzn-RequestId", Long.toString(REQUESTS.incrementAndGet()));
    HttpUtil.setKeepAlive(response, keepAlive);
    long wait = due - System.nanoTime();
    if (wait <= 0) {
      send(context, response, keepAlive);
    } else {
      context
          .executor()
          .schedule(() -> send(context, response, keepAlive), wait, TimeUnit.NANOSECONDS);
    }
  }

  private static void send(
      ChannelHandlerContext context, FullHttpResponse response, boolean keepAlive) {
    var written = context.writeAndFlush(response);
    if (!keepAlive) {
      written.addListener(ChannelFutureListener.CLOSE);
    }
  }

  private FullHttpResponse answer(ChannelHandlerContext context, FullHttpRequest request)
      throws IOException {
    ByteBuf out = context.alloc().directBuffer();
    try {
      byte[] body = ByteBufUtil.getBytes(request.content());
      operations.answer(DynamoDbHttp.operation(request), body, out);
      return DynamoDbHttp.response(HttpResponseStatus.OK, out);
    } catch (StubException refused) {
      return refuse(out, refused);
    } catch (JsonProcessingException e) {
      return refuse(out, StubException.notJson());
    }
  }

  private static FullHttpResponse refuse(ByteBuf out, StubException refused) throws IOException {
    out.clear().writeBytes(body(refused));
    return DynamoDbHttp.response(HttpResponseStatus.BAD_REQUEST, out);
  }

  private static byte[] body(StubException refused) throws IOException {
    return JSON.writeValueAsBytes(
        Map.of("__type", refused.type(), "message", refused.getMessage()));
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
    // A client that has gone is not a fault of the stub. Anything else is printed.
    if (!(cause instanceof IOException)) {
      System.err.println("the stub failed: " + cause);
    }
    context.close();
  }
}
