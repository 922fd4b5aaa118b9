package io.countermachine.client;

import io.countermachine.local.process.JavaProcess;
import io.countermachine.local.process.Ports;
import io.countermachine.local.process.ReadinessProbe;
import java.net.URI;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/** The built feature service in its own process. */
public final class ServiceProcess implements AutoCloseable {
  private final JavaProcess process;
  private final URI address;

  private ServiceProcess(JavaProcess process, URI address) {
    this.process = process;
    this.address = address;
  }

  /** Starts it with settings, and waits until it is ready. */
  public static ServiceProcess start(Path folder, List<String> settings) {
    int port = Ports.free();
    JavaProcess process =
        JavaProcess.start(
            JavaProcess.Command.featureService(
                "feature-service",
                Stream.concat(
                        Stream.of(
                            "--server.address=127.0.0.1",
                            "--server.port=" + port,
                            "--counter-machine.grpc.port=0"),
                        settings.stream())
                    .toList(),
                List.of("-Xmx256m")),
            folder);
    ServiceProcess service = new ServiceProcess(process, URI.create("http://localhost:" + port));
    ReadinessProbe.awaitReady(service.address, process);
    return service;
  }

  /** The service's address. */
  public URI address() {
    return address;
  }

  @Override
  public void close() {
    process.close();
  }
}
