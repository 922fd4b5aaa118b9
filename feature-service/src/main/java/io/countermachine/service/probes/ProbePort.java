package io.countermachine.service.probes;

import java.net.InetAddress;
import java.net.UnknownHostException;
import org.apache.catalina.connector.Connector;
import org.apache.coyote.AbstractProtocol;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.boot.tomcat.servlet.TomcatServletWebServerFactory;
import org.springframework.boot.web.server.WebServerFactoryCustomizer;
import org.springframework.stereotype.Component;

/**
 * A separate port with its own threads for probes. If requests or slow senders take all threads of
 * the main port, a probe there would wait and fail, and the orchestrator would kill the instance
 * for being busy.
 */
@Component
final class ProbePort implements WebServerFactoryCustomizer<TomcatServletWebServerFactory> {
  private static final int THREADS = 4;
  private static final int CONNECTIONS = 64;
  private static final int TIMEOUT_MILLIS = 2_000;

  private final ProbesProperties properties;
  private final String address;

  ProbePort(
      ProbesProperties properties,
      @Value("${server.address:}") String address,
      @Value("${management.server.port:}") String actuatorPort) {
    if (properties.port() != 0 && !actuatorPort.isBlank()) {
      // The actuator would be served only on the management port, so every probe on this port would
      // get 404.
      throw new IllegalArgumentException(
          "counter-machine.probes.port is %d and management.server.port is %s; set one of them"
              .formatted(properties.port(), actuatorPort));
    }
    this.properties = properties;
    this.address = address;
  }

  @Override
  public void customize(TomcatServletWebServerFactory factory) {
    if (properties.port() == 0) {
      return;
    }
    Connector connector = new Connector();
    connector.setPort(properties.port());
    AbstractProtocol<?> protocol = (AbstractProtocol<?>) connector.getProtocolHandler();
    protocol.setMinSpareThreads(1);
    protocol.setMaxThreads(THREADS);
    protocol.setMaxConnections(CONNECTIONS);
    protocol.setConnectionTimeout(TIMEOUT_MILLIS);
    if (!address.isBlank()) {
      protocol.setAddress(addressOf(address));
    }
    factory.addAdditionalConnectors(connector);
  }

  private static InetAddress addressOf(String address) {
    try {
      return InetAddress.getByName(address);
    } catch (UnknownHostException e) {
      throw new IllegalArgumentException("server.address is no address: " + address, e);
    }
  }
}
