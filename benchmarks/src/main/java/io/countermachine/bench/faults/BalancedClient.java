package io.countermachine.bench.faults;

import static java.nio.charset.StandardCharsets.US_ASCII;

import io.countermachine.bench.load.HttpConnections;
import io.countermachine.local.process.LocalHttp;
import io.netty.buffer.ByteBufUtil;
import io.netty.channel.nio.NioEventLoopGroup;
import io.netty.handler.codec.http.FullHttpResponse;
import java.net.URI;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A caller with several instances, as behind a load balancer: it looks at the readiness of each,
 * asks those that are ready in turn, and repeats a request once at another one where there was no
 * answer, 429 or 503.
 */
final class BalancedClient implements AutoCloseable {
  private static final long PROBE_MILLIS = 100;
  private static final int OK = 200;
  private static final int TOO_MANY_REQUESTS = 429;
  private static final int UNAVAILABLE = 503;
  private static final int METADATA_BYTES = 4_096;
  private static final Pattern DURATION = Pattern.compile("dur=([0-9.]+)");

  /**
   * What came of a request.
   *
   * @param status 0 where there was no answer
   * @param failure why there was none; null where there was
   * @param body the answer's
   * @param partial whether values are missing, as the answer says
   * @param timing where the service says its time went; empty where it does not
   * @param serviceMillis the sum of that
   * @param instance the address that answered last, or should have
   * @param attempts 1 or 2
   */
  @SuppressWarnings("ArrayRecordComponent") // A carrier of bytes, never compared.
  record Answer(
      int status,
      String failure,
      byte[] body,
      boolean partial,
      String timing,
      double serviceMillis,
      String instance,
      int attempts) {
    boolean isOk() {
      return status == OK;
    }

    Answer withoutBody() {
      return new Answer(
          status, failure, new byte[0], partial, timing, serviceMillis, instance, attempts);
    }

    private boolean mayBeRepeated() {
      return status == 0 || status == TOO_MANY_REQUESTS || status == UNAVAILABLE;
    }
  }

  private static final class Instance {
    private final URI address;
    private final HttpConnections connections;
    private volatile boolean ready = true;

    private Instance(URI address, NioEventLoopGroup loops) {
      this.address = address;
      this.connections = new HttpConnections(address, loops);
    }
  }

  private final NioEventLoopGroup loops = new NioEventLoopGroup(1);
  private final OwnStalls stalls = OwnStalls.of(loops.next());
  private final List<Instance> instances = new CopyOnWriteArrayList<>();
  private final AtomicLong turn = new AtomicLong();
  private final ScheduledExecutorService probes = Executors.newScheduledThreadPool(2);

  /** Adds an instance that is ready, and looks at its readiness from now on. */
  void add(URI address) {
    Instance instance = new Instance(address, loops);
    instances.add(instance);
    probe(instance);
  }

  /** Looks at an instance, and again after a while, until it is removed. */
  @SuppressWarnings("FutureReturnValueIgnored") // A probe reports by the instance.
  private void probe(Instance instance) {
    instance.ready =
        LocalHttp.hasStatus(instance.address.resolve("/actuator/health/readiness"), OK);
    if (instances.contains(instance) && !probes.isShutdown()) {
      probes.schedule(() -> probe(instance), PROBE_MILLIS, TimeUnit.MILLISECONDS);
    }
  }

  /** Forgets an instance that has ended. */
  void remove(URI address) {
    List<Instance> ended = instances.stream().filter(each -> each.address.equals(address)).toList();
    instances.removeAll(ended);
    ended.forEach(each -> each.connections.close());
  }

  /** When the thread that sends and receives did not run. */
  OwnStalls stalls() {
    return stalls;
  }

  /** Sends a request and returns at once. */
  void send(byte[] body, Consumer<Answer> whenEnded) {
    Instance first = next(null);
    first.connections.post(
        body,
        new Attempt(
            first.address,
            1,
            answer -> {
              if (answer.mayBeRepeated()) {
                Instance second = next(first);
                second.connections.post(body, new Attempt(second.address, 2, whenEnded));
              } else {
                whenEnded.accept(answer);
              }
            }));
  }

  /** The next that is ready and not the one to avoid; any where there is none. */
  private Instance next(Instance avoided) {
    List<Instance> all = List.copyOf(instances);
    int start = (int) (turn.getAndIncrement() % all.size());
    for (int i = 0; i < all.size(); i++) {
      Instance candidate = all.get((start + i) % all.size());
      if (candidate.ready && candidate != avoided) {
        return candidate;
      }
    }
    return all.get(start);
  }

  private record Attempt(URI address, int number, Consumer<Answer> whenEnded)
      implements HttpConnections.Listener {
    @Override
    public void answered(FullHttpResponse response) {
      byte[] body = ByteBufUtil.getBytes(response.content());
      String timing = response.headers().get("Server-Timing", "");
      whenEnded.accept(
          new Answer(
              response.status().code(),
              null,
              body,
              isPartial(body),
              timing,
              serviceMillis(timing),
              address.getAuthority(),
              number));
    }

    @Override
    public void failed(String why) {
      whenEnded.accept(
          new Answer(0, why, new byte[0], false, "", 0, address.getAuthority(), number));
    }
  }

  /** Metadata come before the results. */
  private static boolean isPartial(byte[] body) {
    return new String(body, 0, Math.min(body.length, METADATA_BYTES), US_ASCII)
        .contains("\"partial\":true");
  }

  private static double serviceMillis(String timing) {
    Matcher durations = DURATION.matcher(timing);
    double sum = 0;
    while (durations.find()) {
      sum += Double.parseDouble(durations.group(1));
    }
    return sum;
  }

  @Override
  public void close() {
    probes.shutdownNow();
    loops.shutdownGracefully(0, 1, TimeUnit.SECONDS).syncUninterruptibly();
  }
}
