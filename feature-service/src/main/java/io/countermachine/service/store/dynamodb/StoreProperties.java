package io.countermachine.service.store.dynamodb;

import java.net.URI;
import java.time.Duration;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * How the service reaches the table; {@code counter-machine.dynamodb.*}.
 *
 * @param endpoint an endpoint other than the region's, such as DynamoDB Local; empty for the
 *     region's
 * @param region the AWS region
 * @param callTimeout the maximum time of one call with its retries, and how long unprocessed keys
 *     are requested again; the last repetition is a call as well, so a read may take twice as long,
 *     but a request never waits longer than its own deadline
 * @param attemptTimeout the maximum time of one attempt of a call; must be less than a request's
 *     deadline
 * @param maxAttempts the number of attempts per call
 * @param maxConnections the maximum number of open connections and of concurrent calls
 * @param connectionTimeout the longest time that a call waits for a connection, or for its turn;
 *     see {@link #longestTurn}
 * @param minCalls the limit on concurrent calls never falls below this, however slow the store is
 * @param catalogPeriod the pause between two reads of the item that lists the counted measures
 */
@ConfigurationProperties("counter-machine.dynamodb")
public record StoreProperties(
    @DefaultValue("") String endpoint,
    @DefaultValue("us-east-1") String region,
    @DefaultValue("500ms") Duration callTimeout,
    @DefaultValue("80ms") Duration attemptTimeout,
    @DefaultValue("2") int maxAttempts,
    @DefaultValue("200") int maxConnections,
    @DefaultValue("200ms") Duration connectionTimeout,
    @DefaultValue("20") int minCalls,
    @DefaultValue("5s") Duration catalogPeriod) {
  /** Validates the settings. */
  public StoreProperties {
    if (minCalls < 1 || maxConnections < minCalls) {
      throw new IllegalArgumentException(
          "counter-machine.dynamodb: expected 1 <= min-calls (%d) <= max-connections (%d)"
              .formatted(minCalls, maxConnections));
    }
    if (catalogPeriod.isNegative() || catalogPeriod.isZero()) {
      throw new IllegalArgumentException(
          "counter-machine.dynamodb.catalog-period is " + catalogPeriod + "; expected more than 0");
    }
  }

  /**
   * The longest time that a call waits for its turn: half of an attempt's time limit. A request's
   * deadline is longer than one attempt, so the request can still use the result. Calls that wait
   * longer than any request would be sent in vain, and delay the calls behind them just as long.
   */
  public Duration longestTurn() {
    Duration half = attemptTimeout.dividedBy(2);
    return half.compareTo(connectionTimeout) < 0 ? half : connectionTimeout;
  }

  /** The endpoint, or null to use the region's. */
  public URI endpointOverride() {
    return endpoint.isBlank() ? null : URI.create(endpoint);
  }
}
