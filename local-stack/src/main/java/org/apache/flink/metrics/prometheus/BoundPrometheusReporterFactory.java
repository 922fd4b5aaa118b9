package org.apache.flink.metrics.prometheus;

import io.prometheus.client.exporter.HTTPServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.util.Properties;
import org.apache.flink.metrics.reporter.MetricReporter;
import org.apache.flink.metrics.reporter.MetricReporterFactory;

/**
 * Flink's Prometheus reporter, but listening on one address: the property {@code host}, beside
 * {@code port}. Flink's own reporter listens on all addresses.
 *
 * <p>It is in Flink's package, because the registry of its reporter is visible only there.
 */
public final class BoundPrometheusReporterFactory implements MetricReporterFactory {
  @Override
  public MetricReporter createMetricReporter(Properties properties) {
    return new Reporter(
        new InetSocketAddress(
            properties.getProperty("host", "127.0.0.1"),
            Integer.parseInt(properties.getProperty("port"))));
  }

  private static final class Reporter extends AbstractPrometheusReporter {
    private final HTTPServer server;

    private Reporter(InetSocketAddress address) {
      try {
        server = new HTTPServer(address, registry);
      } catch (IOException e) {
        throw new UncheckedIOException("metrics cannot be served at " + address, e);
      }
    }

    @Override
    public void close() {
      server.stop();
      super.close();
    }
  }
}
