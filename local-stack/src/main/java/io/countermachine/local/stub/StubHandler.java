package io.countermachine.local.stub;

import static io.netty.handler.codec.http.HttpHeaderNames.CONNECTION;
import static io.netty.handler.codec.http.HttpHeaderNames.CONTENT_LENGTH;
import static io.netty.handler.codec.http.HttpHeaderNames.CONTENT_TYPE;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.FullHttpRequest;
import io.netty.handler.codec.http.FullHttpResponse;
import io.netty.handler.codec.http.HttpHeaderValues;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpUtil;
import io.netty.handler.codec.http.HttpVersion;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.zip.CRC32;

/** One connection: answers each call a fixed time after it came. */
@SuppressWarnings(
    "FutureReturnValueIgnored") // A write or close fails only where the client is gone.
final class StubHandler extends SimpleChannelInboundHandler<FullHttpRequest> {
  private static final String TARGET = "X-Amz-Target";
  private static final String VERSION = "DynamoDB_20120810.";
  private static final String JSON_TYPE = "application/x-amz-json-1.0";
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final AtomicLong REQUESTS = new AtomicLong();

  private final StubOperations operations;
  private final long latencyNanos;

  StubHandler(StubOperations operations, Duration latency) {
    this.operations = operations;
    this.latencyNanos = latency.toNanos();
  }

  @Override
  protected void channelRead0(ChannelHandlerContext context, FullHttpRequest request)
      throws IOException {
    long due = System.nanoTime() + latencyNanos;
    FullHttpResponse response = answer(context, request);
    boolean keepAlive = HttpUtil.isKeepAlive(request);
    if (!keepAlive) {
      response.headers().set(CONNECTION, HttpHeaderValues.CLOSE);
    }
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
    String target = request.headers().get(TARGET, "");
    String operation = target.startsWith(VERSION) ? target.substring(VERSION.length()) : target;
    ByteBuf out = context.alloc().directBuffer();
    HttpResponseStatus status = HttpResponseStatus.OK;
    try {
      operations.answer(operation, ByteBufUtil.getBytes(request.content()), out);
    } catch (StubException fault) {
      status = refuse(out, fault.type(), fault.getMessage());
    } catch (JsonProcessingException e) {
      status =
          refuse(out, "com.amazon.coral.service#SerializationException", "the request is not JSON");
    }
    FullHttpResponse response = new DefaultFullHttpResponse(HttpVersion.HTTP_1_1, status, out);
    response
        .headers()
        .set(CONTENT_TYPE, JSON_TYPE)
        .set(CONTENT_LENGTH, out.readableBytes())
        .set("x-amzn-RequestId", Long.toString(REQUESTS.incrementAndGet()))
        .set("x-amz-crc32", Long.toString(checksum(out)));
    return response;
  }

  private static HttpResponseStatus refuse(ByteBuf out, String type, String message)
      throws IOException {
    ObjectNode fault = JSON.createObjectNode().put("__type", type).put("message", message);
    out.clear().writeBytes(JSON.writeValueAsBytes(fault));
    return HttpResponseStatus.BAD_REQUEST;
  }

  private static long checksum(ByteBuf out) {
    CRC32 crc = new CRC32();
    crc.update(out.nioBuffer());
    return crc.getValue();
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
    // A client that went away is no fault of the stub's; anything else is told.
    if (!(cause instanceof IOException)) {
      System.err.println("the stub failed: " + cause);
    }
    context.close();
  }
}
