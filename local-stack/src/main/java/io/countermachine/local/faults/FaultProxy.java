package io.countermachine.local.faults;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.countermachine.item.ItemCodec;
import io.countermachine.local.process.Await;
import io.countermachine.local.process.Ports;
import io.countermachine.local.wire.DynamoDbHttp;
import io.netty.channel.Channel;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.group.ChannelGroup;
import io.netty.channel.group.DefaultChannelGroup;
import io.netty.channel.nio.NioEventLoopGroup;
import io.netty.util.concurrent.GlobalEventExecutor;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;

/**
 * A proxy in front of a store that speaks DynamoDB's protocol (DynamoDB Local or the stub). It
 * makes calls fail in the ways in which DynamoDB and networks fail. It starts without faults. The
 * rules can be changed at any time.
 */
public final class FaultProxy implements AutoCloseable {
  /** DynamoDB's largest response, with a margin. */
  private static final int MAX_BYTES = 20 << 20;

  private static final Duration REBIND_LIMIT = Duration.ofSeconds(30);

  private final EventLoopGroup loops = new NioEventLoopGroup(2);
  private final ChannelGroup clients = new DefaultChannelGroup(GlobalEventExecutor.INSTANCE);
  private final Map<String, Long> counts = new TreeMap<>();
  private final Set<String> operations = new TreeSet<>();
  private final WriteLog writes = new WriteLog(List.of(ItemCodec.FEATURE_NAME, ItemCodec.KEY));
  private final StoreConnectionPool store;
  private final URI endpoint;
  private final Object listening = new Object();
  private Channel server;
  private FaultRules rules = FaultRules.none();
  private long calls;

  private FaultProxy(URI store) {
    this.store = new StoreConnectionPool(loops, store, MAX_BYTES);
    this.server = bind(0);
    this.endpoint = DynamoDbHttp.endpoint(server);
  }

  /** Starts a proxy on a free port of the loopback address. */
  public static FaultProxy start(URI store) {
    return new FaultProxy(store);
  }

  private Channel bind(int port) {
    return DynamoDbHttp.listen(
        loops,
        port,
        MAX_BYTES,
        channel -> {
          clients.add(channel);
          return new FaultProxyHandler(this);
        });
  }

  /** The endpoint at which clients reach the store through this proxy. */
  public URI endpoint() {
    return endpoint;
  }

  /** Applies rules to all calls from now on. */
  public synchronized void rules(FaultRules next) {
    rules = next;
    calls = 0;
  }

  /** Closes all connections, and refuses new ones until {@link #restore()}. */
  public void outage() {
    // Not under the lock that calls take, because the threads that close connections may wait for
    // it.
    synchronized (listening) {
      if (server.isOpen()) {
        server.close().syncUninterruptibly();
        clients.close().syncUninterruptibly();
        count("Outage");
      }
    }
  }

  /** Ends an outage. */
  public void restore() {
    synchronized (listening) {
      if (!server.isOpen()) {
        int port = endpoint.getPort();
        // A closed socket still listens until its thread checks it.
        Await.until("the release of the port", REBIND_LIMIT, () -> Ports.isFree(port));
        server = bind(port);
      }
    }
  }

  /** How often each kind of fault was injected. */
  public synchronized Map<String, Long> injected() {
    return Map.copyOf(counts);
  }

  /** The writes that the store has accepted. */
  public WriteLog writes() {
    return writes;
  }

  /** DynamoDB's names of all operations that clients have called. */
  public synchronized Set<String> operations() {
    return Set.copyOf(operations);
  }

  synchronized StoreFault faultFor(String operation, byte[] body) {
    operations.add(operation);
    return rules.faultFor(new StoreCall(operation, calls++, new String(body, UTF_8)));
  }

  void count(StoreFault fault) {
    if (fault.kind() != StoreFault.Kind.NONE) {
      count(fault.kind().label());
    }
  }

  private synchronized void count(String kind) {
    counts.merge(kind, 1L, Long::sum);
  }

  StoreConnectionPool store() {
    return store;
  }

  @Override
  public void close() {
    server.close().syncUninterruptibly();
    clients.close().syncUninterruptibly();
    store.close();
    // A short quiet period, in which the last connections close.
    loops.shutdownGracefully(100, 2_000, TimeUnit.MILLISECONDS).syncUninterruptibly();
  }
}
