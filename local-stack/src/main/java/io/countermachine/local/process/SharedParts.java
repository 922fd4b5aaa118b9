package io.countermachine.local.process;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * A broker and a DynamoDB Local that all tests of one JVM share. Each test uses its own topics and
 * tables. They start on first use, and end with the JVM, like every {@link JavaProcess}.
 */
public final class SharedParts {
  private SharedParts() {}

  /** Starts both concurrently, and waits until both are ready. */
  public static void awaitReady() {
    LocalBroker broker = Broker.PART;
    LocalDynamoDb store = Store.PART;
    broker.awaitReady();
    store.awaitReady();
  }

  /** The broker, ready for use. */
  public static LocalBroker broker() {
    return Broker.PART.awaitReady();
  }

  /** DynamoDB Local, ready for use. */
  public static LocalDynamoDb store() {
    return Store.PART.awaitReady();
  }

  private static Path folder() {
    try {
      Path target = Files.createDirectories(Path.of("target").toAbsolutePath());
      return Files.createTempDirectory(target, "shared-parts");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static final class Broker {
    // Keep records for ever, because tests send records with old timestamps.
    static final LocalBroker PART =
        LocalBroker.start(folder(), Ports.free(), "log.retention.ms=-1");
  }

  private static final class Store {
    static final LocalDynamoDb PART = LocalDynamoDb.start(folder(), Ports.free());
  }
}
