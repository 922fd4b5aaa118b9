package io.countermachine.bench.load;

import io.countermachine.bench.workload.AnswerCheck;
import io.countermachine.bench.workload.Workload;
import io.netty.buffer.ByteBufUtil;
import io.netty.channel.nio.NioEventLoopGroup;
import io.netty.handler.codec.http.FullHttpResponse;
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
final class HttpTarget implements Target {
  private static final int SAMPLE = 200;
  private static final int OK = 200;

  private final NioEventLoopGroup loops = new NioEventLoopGroup(1);
  private final HttpConnections connections;
  private final ExecutorService checker = Executors.newSingleThreadExecutor();
  private final List<Workload.Body> bodies = new ArrayList<>();
  private final AnswerCheck check;

  /**
   * By request: the length of the right response; 0 until it is known. Only the event loop uses it.
   */
  private final int[] lengths;

  private volatile String wrongAnswer;

  HttpTarget(URI address, Workload workload, int coldCandidates) {
    this.check = new AnswerCheck(workload);
    this.lengths = new int[workload.requests()];
    for (int request = 0; request < workload.requests(); request++) {
      bodies.add(workload.body(request, coldCandidates));
    }
    this.connections = new HttpConnections(address, loops);
  }

  @Override
  public void send(long number, Completion completion) {
    connections.post(
        bodies.get((int) (number % bodies.size())).numbered(number),
        new HttpConnections.Listener() {
          @Override
          public void answered(FullHttpResponse response) {
            completion.ended(fault(number, response));
          }

          @Override
          public void failed(String why) {
            completion.ended(why);
          }
        });
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
    connections.close();
    loops.shutdownGracefully(0, 1, TimeUnit.SECONDS).syncUninterruptibly();
    checker.shutdown();
  }
}
