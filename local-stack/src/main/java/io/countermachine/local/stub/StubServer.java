package io.countermachine.local.stub;

import io.countermachine.local.wire.DynamoDbHttp;
import io.netty.channel.Channel;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.nio.NioEventLoopGroup;
import java.net.URI;
import java.time.Duration;
import java.util.concurrent.TimeUnit;

/**
 * A server that speaks DynamoDB's wire protocol, keeps its tables in memory, and responds after a
 * fixed latency. It uses timers to wait, so any number of calls may be in flight.
 */
public final class StubServer implements AutoCloseable {
  /** DynamoDB's largest request. */
  private static final int MAX_REQUEST_BYTES = 16 << 20;

  private final EventLoopGroup loops;
  private final Channel server;

  private StubServer(EventLoopGroup loops, Channel server) {
    this.loops = loops;
    this.server = server;
  }

  /**
   * Starts a server on the loopback address.
   *
   * @param port 0 for any free port
   * @param latency the time from a call's last byte to its response
   * @param aliases see {@link StubOperations}
   * @param threads the number of threads that share the connections
   */
  public static StubServer start(int port, Duration latency, boolean aliases, int threads) {
    StubOperations operations = new StubOperations(aliases);
    EventLoopGroup loops = new NioEventLoopGroup(threads);
    return new StubServer(
        loops,
        DynamoDbHttp.listen(
            loops, port, MAX_REQUEST_BYTES, channel -> new StubHandler(operations, latency)));
  }

  /** Arguments: port, latency in microseconds, whether aliases are enabled, threads. */
  public static void main(String[] arguments) throws InterruptedException {
    StubServer server =
        start(
            Integer.parseInt(arguments[0]),
            Duration.ofNanos(Long.parseLong(arguments[1]) * 1_000),
            Boolean.parseBoolean(arguments[2]),
            Integer.parseInt(arguments[3]));
    System.out.println("DynamoDB stub at " + server.endpoint());
    server.server.closeFuture().sync();
  }

  public URI endpoint() {
    return DynamoDbHttp.endpoint(server);
  }

  @Override
  public void close() {
    server.close().syncUninterruptibly();
    loops.shutdownGracefully(0, 1, TimeUnit.SECONDS).syncUninterruptibly();
  }
}
