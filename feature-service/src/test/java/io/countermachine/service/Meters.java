package io.countermachine.service;

import static io.restassured.RestAssured.given;

import io.countermachine.local.process.Await;
import io.restassured.specification.RequestSpecification;
import java.time.Duration;
import java.util.function.DoubleSupplier;
import java.util.function.Supplier;
import java.util.stream.Stream;

/**
 * Waits for meters. A call is counted after its response was sent, possibly after the caller has
 * read it, and background reads happen at any time.
 */
public final class Meters {
  private static final Duration LIMIT = Duration.ofSeconds(90);

  private Meters() {}

  /** Waits until the service's metrics contain each of these texts, and returns the metrics. */
  public static String awaitAll(RequestSpecification api, String... texts) {
    return awaitAll(() -> given(api).get("/actuator/prometheus").asString(), texts);
  }

  /** Waits for texts in metrics that are read in any way. */
  public static String awaitAll(Supplier<String> metrics, String... texts) {
    String[] last = {""};
    try {
      Await.until(
          "metrics",
          LIMIT,
          () -> {
            last[0] = metrics.get();
            return Stream.of(texts).allMatch(last[0]::contains);
          });
    } catch (IllegalStateException e) {
      throw new AssertionError(
          "no %s in%n%s"
              .formatted(
                  Stream.of(texts).filter(text -> !last[0].contains(text)).toList(), last[0]),
          e);
    }
    return last[0];
  }

  /** Waits until a meter has a value. */
  public static void await(String name, double value, DoubleSupplier meter) {
    double[] last = {Double.NaN};
    try {
      Await.until(
          name,
          LIMIT,
          () -> {
            last[0] = meter.getAsDouble();
            return last[0] == value;
          });
    } catch (IllegalStateException e) {
      throw new AssertionError("%s is %s, expected %s".formatted(name, last[0], value), e);
    }
  }
}
