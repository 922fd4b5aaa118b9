package io.countermachine.local.faults;

import com.fasterxml.jackson.databind.JsonNode;
import io.countermachine.local.faults.WriteLog.Write;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
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
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/** One connection of a client: does to each of its calls what the rules say. */
@SuppressWarnings("FutureReturnValueIgnored") // A client that has gone needs no answer.
final class FaultProxyHandler extends SimpleChannelInboundHandler<FullHttpRequest> {
  private final FaultProxy proxy;

  FaultProxyHandler(FaultProxy proxy) {
    this.proxy = proxy;
  }

  @Override
  protected void channelRead0(ChannelHandlerContext context, FullHttpRequest request) {
    String target = request.headers().get("X-Amz-Target", "");
    String operation = target.substring(target.indexOf('.') + 1);
    byte[] body = ByteBufUtil.getBytes(request.content());
    Exchange exchange = new Exchange(context, request.copy(), operation, body);
    StoreFault fault = proxy.faultFor(operation, body);
    if (fault instanceof StoreFault.Unprocessed unprocessed) {
      exchange.split = PartialBatch.of(operation, body, unprocessed.share());
      if (exchange.split == null) {
        fault = StoreFault.none();
      }
    }
    proxy.count(fault);
    inject(fault, exchange);
  }

  private static void inject(StoreFault fault, Exchange exchange) {
    if (fault instanceof StoreFault.None || fault instanceof StoreFault.Unprocessed) {
      exchange.pass(Duration.ZERO);
    } else if (fault instanceof StoreFault.Throttled) {
      exchange.refuse(StoreResponses.throttled());
    } else if (fault instanceof StoreFault.ServerError) {
      exchange.refuse(StoreResponses.serverError());
    } else if (fault instanceof StoreFault.LateAnswer late) {
      exchange.pass(late.delay());
    } else if (fault instanceof StoreFault.LateCall late) {
      exchange.after(late.delay(), () -> exchange.pass(Duration.ZERO));
    } else if (fault instanceof StoreFault.Held held) {
      held.gate()
          .whenComplete(
              (opened, failure) ->
                  exchange.after(Duration.ZERO, () -> exchange.pass(Duration.ZERO)));
    } else if (fault instanceof StoreFault.Reset) {
      exchange.reset();
    } else {
      exchange.drop();
    }
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
    context.close();
  }

  /** One call and what becomes of it. */
  private final class Exchange {
    private final ChannelHandlerContext context;
    private final FullHttpRequest request;
    private final String operation;
    private final boolean keepAlive;
    private byte[] body;
    private PartialBatch split;

    private Exchange(
        ChannelHandlerContext context, FullHttpRequest request, String operation, byte[] body) {
      this.context = context;
      this.request = request;
      this.operation = operation;
      this.keepAlive = HttpUtil.isKeepAlive(request);
      this.body = body;
    }

    private void after(Duration delay, Runnable what) {
      context.executor().schedule(what, delay.toNanos(), TimeUnit.NANOSECONDS);
    }

    private void drop() {
      request.release();
    }

    private void refuse(FullHttpResponse response) {
      request.release();
      answer(response);
    }

    private void reset() {
      request.release();
      // Closed without lingering, a connection is reset.
      context.channel().config().setOption(ChannelOption.SO_LINGER, 0);
      context.close();
    }

    private void pass(Duration answerDelay) {
      if (split != null && !split.passesAny()) {
        refuse(StoreResponses.answer(HttpResponseStatus.OK, split.emptyAnswer()));
        return;
      }
      if (split != null) {
        body = split.passedBody();
      }
      FullHttpRequest passed = request.replace(Unpooled.wrappedBuffer(body));
      request.release();
      passed.headers().set(HttpHeaderNames.CONTENT_LENGTH, body.length);
      List<Write> writes = proxy.writes().number(PartialBatch.writtenItems(operation, body));
      CompletableFuture<FullHttpResponse> sent = proxy.store().send(passed);
      sent.thenApply(response -> taken(response, writes))
          .whenComplete(
              (response, failure) ->
                  after(
                      answerDelay,
                      () -> {
                        if (failure != null) {
                          context.close();
                        } else {
                          answer(response);
                        }
                      }));
    }

    /** Notes what was written, and says what was left. */
    private FullHttpResponse taken(FullHttpResponse response, List<Write> writes) {
      if (response.status().code() != HttpResponseStatus.OK.code()) {
        return response;
      }
      byte[] answer = ByteBufUtil.getBytes(response.content());
      if (!writes.isEmpty()) {
        List<JsonNode> unprocessed = PartialBatch.unprocessedItems(answer);
        proxy
            .writes()
            .add(writes.stream().filter(write -> !unprocessed.contains(write.item())).toList());
      }
      if (split == null) {
        return response;
      }
      response.release();
      return StoreResponses.answer(HttpResponseStatus.OK, split.merge(answer));
    }

    private void answer(FullHttpResponse response) {
      HttpUtil.setKeepAlive(response, keepAlive);
      context
          .writeAndFlush(response)
          .addListener(
              written -> {
                if (!keepAlive) {
                  context.close();
                }
              });
    }
  }
}
