package io.countermachine.service.store.dynamodb;

import java.net.URI;
import java.time.Duration;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * How the table is reached; {@code counter-machine.dynamodb.*}.
 *
 * @param endpoint another endpoint than the region's, as for DynamoDB Local; empty for the region's
 * @param region AWS region
 * @param callTimeout how long one call may take, retries included, and how long keys that the store
 *     leaves unprocessed are asked for again; as the last repetition is a call too, a read may take
 *     twice as long, but a request waits no longer than its own deadline
 * @param attemptTimeout how long one attempt of a call may take; less than a request's deadline
 * @param maxAttempts attempts per call
 * @param maxConnections open connections, and calls that are under way at once
 * @param connectionTimeout how long a call waits for a connection, or for its turn; see {@link
 *     #longestTurn}
 * @param minCalls how many calls are let be under way at once however slow the store is
 * @param catalogPeriod the pause between two reads of the item that says what the job counts
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
  /** Checks the bounds. */
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
   * How long a call waits for its turn at most: half as long as an attempt may take, so that a
   * request, which may take longer than an attempt, has use for its answer. Calls that wait until
   * no request does are asked in vain, and keep those behind them waiting as long.
   */
  public Duration longestTurn() {
    Duration half = attemptTimeout.dividedBy(2);
    return half.compareTo(connectionTimeout) < 0 ? half : connectionTimeout;
  }

  /** The endpoint, or null for the region's. */
  public URI endpointOverride() {
    return endpoint.isBlank() ? null : URI.create(endpoint);
  }
}
