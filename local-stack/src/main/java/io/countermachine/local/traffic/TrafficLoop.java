package io.countermachine.local.traffic;

import io.countermachine.catalog.Catalog;
import io.countermachine.catalog.yaml.CatalogLoader;
import java.nio.file.Path;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/** Sends lifelike traffic at a steady rate until it is closed. */
public final class TrafficLoop implements AutoCloseable {
  private static final long TICK_MILLIS = 50;
  private static final long MILLIS_PER_SECOND = 1_000;

  private final EventSender sender;
  private final TrafficGenerator traffic;
  private final double eventsPerTick;
  private final Consumer<RuntimeException> onFailure;
  private final ScheduledExecutorService clock = Executors.newSingleThreadScheduledExecutor();
  private double owed;

  private TrafficLoop(
      EventSender sender,
      TrafficGenerator traffic,
      int eventsPerSecond,
      Consumer<RuntimeException> onFailure) {
    this.sender = sender;
    this.traffic = traffic;
    this.eventsPerTick = (double) eventsPerSecond * TICK_MILLIS / MILLIS_PER_SECOND;
    this.onFailure = onFailure;
  }

  /** Starts to send. A failure ends the traffic, and is reported once. */
  @SuppressWarnings("FutureReturnValueIgnored") // The task reports its failures itself.
  public static TrafficLoop start(
      EventSender sender,
      Catalog catalog,
      int eventsPerSecond,
      long seed,
      Consumer<RuntimeException> onFailure) {
    TrafficLoop loop =
        new TrafficLoop(
            sender,
            new TrafficGenerator(catalog, seed, eventsPerSecond),
            eventsPerSecond,
            onFailure);
    loop.clock.scheduleAtFixedRate(loop::tick, 0, TICK_MILLIS, TimeUnit.MILLISECONDS);
    return loop;
  }

  private void tick() {
    try {
      for (owed += eventsPerTick; owed >= 1; owed--) {
        sender.send(traffic.next(System.currentTimeMillis()));
      }
    } catch (RuntimeException e) {
      clock.shutdown();
      onFailure.accept(e);
    }
  }

  @Override
  public void close() {
    clock.shutdownNow();
    sender.close();
  }

  /**
   * Main class of the traffic container: arguments {@code BOOTSTRAP-SERVERS EVENTS-PER-SECOND
   * [CATALOG]}.
   */
  public static void main(String[] arguments) {
    Catalog catalog =
        arguments.length > 2
            ? CatalogLoader.load(Path.of(arguments[2]))
            : CatalogLoader.loadBundled();
    TrafficLoop loop =
        start(
            new EventSender(arguments[0]),
            catalog,
            Integer.parseInt(arguments[1]),
            System.nanoTime(),
            failure -> {
              System.err.println("the traffic failed: " + failure);
              Runtime.getRuntime().halt(1);
            });
    Runtime.getRuntime().addShutdownHook(new Thread(loop::close));
    BotRule.of(catalog)
        .ifPresent(
            rule ->
                rule.publish(
                    arguments[0], System.currentTimeMillis() + BotRule.COUNTED.toMillis()));
    System.out.println("sending " + arguments[1] + " events per second to " + arguments[0]);
  }
}
