package io.countermachine.local.faults;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.JsonNode;
import io.countermachine.local.faults.WriteLog.Write;
import io.countermachine.local.wire.DynamoDbHttp;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelOption;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.handler.codec.http.FullHttpRequest;
import io.netty.handler.codec.http.FullHttpResponse;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpUtil;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** One connection of a client. Applies the rules to each of its calls. */
@SuppressWarnings("FutureReturnValueIgnored") // A client that has gone needs no response.
final class FaultProxyHandler extends SimpleChannelInboundHandler<FullHttpRequest> {
  private static final String ERROR =
      "{\"__type\":\"com.amazonaws.dynamodb.v20120810#%s\",\"message\":\"%s\"}";

  private final FaultProxy proxy;

  FaultProxyHandler(FaultProxy proxy) {
    this.proxy = proxy;
  }

  @Override
  protected void channelRead0(ChannelHandlerContext context, FullHttpRequest request) {
    String operation = DynamoDbHttp.operation(request);
    byte[] body = ByteBufUtil.getBytes(request.content());
    StoreFault fault = proxy.faultFor(operation, body);
    PartialBatch batch = null;
    if (fault.kind() == StoreFault.Kind.UNPROCESSED) {
      batch = PartialBatch.of(operation, body, fault.share());
      fault = batch == null ? StoreFault.none() : fault;
    }
    proxy.count(fault);
    new Exchange(context, request.copy(), operation, body, batch).inject(fault);
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
    context.close();
  }

  private static FullHttpResponse error(HttpResponseStatus status, String type, String message) {
    return response(status, ERROR.formatted(type, message).getBytes(UTF_8));
  }

  private static FullHttpResponse response(HttpResponseStatus status, byte[] json) {
    return DynamoDbHttp.response(status, Unpooled.wrappedBuffer(json));
  }

  /** One call and its outcome. */
  private final class Exchange {
    private final ChannelHandlerContext context;
    private final FullHttpRequest request;
    private final String operation;
    private final byte[] body;
    private final PartialBatch batch;
    private final boolean keepAlive;

    private Exchange(
        ChannelHandlerContext context,
        FullHttpRequest request,
        String operation,
        byte[] body,
        PartialBatch batch) {
      this.context = context;
      this.request = request;
      this.operation = operation;
      this.body = body;
      this.batch = batch;
      this.keepAlive = HttpUtil.isKeepAlive(request);
    }

    private void inject(StoreFault fault) {
      switch (fault.kind()) {
        case NONE, UNPROCESSED -> pass(Duration.ZERO);
        case LATE_ANSWER -> pass(fault.delay());
        case LATE_CALL -> after(fault.delay(), () -> pass(Duration.ZERO));
        case HELD ->
            fault
                .gate()
                .whenComplete((opened, failure) -> after(Duration.ZERO, () -> pass(Duration.ZERO)));
        case THROTTLED ->
            refuse(
                error(
                    HttpResponseStatus.BAD_REQUEST,
                    "ProvisionedThroughputExceededException",
                    "The level of configured provisioned throughput for the table was exceeded"));
        case SERVER_ERROR ->
            refuse(
                error(
                    HttpResponseStatus.INTERNAL_SERVER_ERROR,
                    "InternalServerError",
                    "The request processing has failed because of an unknown error"));
        case RESET -> {
          request.release();
          // Without lingering, closing resets the connection.
          context.channel().config().setOption(ChannelOption.SO_LINGER, 0);
          context.close();
        }
        case SILENCE -> request.release();
      }
    }

    private void after(Duration delay, Runnable what) {
      context.executor().schedule(what, delay.toNanos(), TimeUnit.NANOSECONDS);
    }

    private void refuse(FullHttpResponse response) {
      request.release();
      respond(response);
    }

    private void pass(Duration responseDelay) {
      if (batch != null && !batch.passesAny()) {
        refuse(response(HttpResponseStatus.OK, batch.emptyResponse()));
        return;
      }
      byte[] sent = batch == null ? body : batch.passedBody();
      FullHttpRequest passed = request.replace(Unpooled.wrappedBuffer(sent));
      request.release();
      passed.headers().set(HttpHeaderNames.CONTENT_LENGTH, sent.length);
      List<Write> writes = proxy.writes().number(PartialBatch.writtenItems(operation, sent));
      proxy
          .store()
          .send(passed)
          .thenApply(response -> note(response, writes))
          .whenComplete(
              (response, failure) ->
                  after(
                      responseDelay,
                      failure == null ? () -> respond(response) : () -> context.close()));
    }

    /** Records what was written, and adds what was left unprocessed to the response. */
    private FullHttpResponse note(FullHttpResponse response, List<Write> writes) {
      if (response.status().code() != HttpResponseStatus.OK.code()) {
        return response;
      }
      byte[] json = ByteBufUtil.getBytes(response.content());
      if (!writes.isEmpty()) {
        List<JsonNode> unprocessed = PartialBatch.unprocessedItems(json);
        proxy
            .writes()
            .add(writes.stream().filter(write -> !unprocessed.contains(write.item())).toList());
      }
      if (batch == null) {
        return response;
      }
      response.release();
      return response(HttpResponseStatus.OK, batch.merge(json));
    }

    private void respond(FullHttpResponse response) {
      HttpUtil.setKeepAlive(response, keepAlive);
      var written = context.writeAndFlush(response);
      if (!keepAlive) {
        written.addListener(ChannelFutureListener.CLOSE);
      }
    }
  }
}
