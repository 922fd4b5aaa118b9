package io.countermachine.service.grpc;

import io.countermachine.service.admission.AdmissionProperties;
import io.countermachine.service.plan.LimitsProperties;
import io.grpc.InsecureServerCredentials;
import io.grpc.Server;
import io.grpc.ServerCredentials;
import io.grpc.TlsServerCredentials;
import io.grpc.netty.shaded.io.grpc.netty.NettyServerBuilder;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.BindException;
import java.net.InetSocketAddress;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.boot.autoconfigure.condition.ConditionalOnProperty;
import org.springframework.boot.ssl.SslBundle;
import org.springframework.boot.ssl.SslBundles;
import org.springframework.boot.web.server.PortInUseException;
import org.springframework.boot.web.server.Ssl;
import org.springframework.boot.web.server.WebServerSslBundle;
import org.springframework.boot.web.server.autoconfigure.ServerProperties;
import org.springframework.context.SmartLifecycle;
import org.springframework.scheduling.concurrent.CustomizableThreadFactory;
import org.springframework.stereotype.Component;

/** Serves the API over gRPC, on the same address and with the same certificate as HTTP. */
@Component
@ConditionalOnProperty(
    name = "counter-machine.grpc.enabled",
    havingValue = "true",
    matchIfMissing = true)
public final class GrpcServer implements SmartLifecycle {
  private static final Logger LOG = LoggerFactory.getLogger(GrpcServer.class);

  /** The phase in which the web server, too, stops accepting requests. */
  private static final int PHASE = Integer.MAX_VALUE - 1024;

  private final GrpcProperties properties;
  private final LimitsProperties limits;
  private final FeatureMethod method;
  private final ServerProperties server;
  private final SslBundles bundles;
  private final long stopMillis;
  private ExecutorService threads;
  private volatile Server running;

  GrpcServer(
      GrpcProperties properties,
      LimitsProperties limits,
      AdmissionProperties admission,
      FeatureMethod method,
      ServerProperties server,
      ObjectProvider<SslBundles> bundles,
      @Value("${spring.lifecycle.timeout-per-shutdown-phase:30s}") java.time.Duration stop) {
    if (admission.enabled() && admission.maxLimit() >= properties.threads()) {
      throw new IllegalArgumentException(
          "counter-machine.admission.max-limit is %d; expected less than counter-machine.grpc.threads, which is %d"
              .formatted(admission.maxLimit(), properties.threads()));
    }
    this.properties = properties;
    this.limits = limits;
    this.method = method;
    this.server = server;
    this.bundles = bundles.getIfAvailable();
    this.stopMillis = stop.toMillis();
  }

  /** The port that the server listens on. */
  public int port() {
    return running.getPort();
  }

  @Override
  public void start() {
    threads =
        Executors.newFixedThreadPool(
            properties.threads(), new CustomizableThreadFactory("grpc-calls-"));
    InetSocketAddress address =
        server.getAddress() == null
            ? new InetSocketAddress(properties.port())
            : new InetSocketAddress(server.getAddress(), properties.port());
    try {
      running =
          NettyServerBuilder.forAddress(address, credentials())
              .executor(threads)
              .addService(method.service())
              .maxInboundMessageSize(limits.bodyBytes())
              .maxConcurrentCallsPerConnection(properties.callsPerConnection())
              .maxConnectionIdle(properties.maxIdle().toMillis(), TimeUnit.MILLISECONDS)
              .permitKeepAliveWithoutCalls(true)
              .permitKeepAliveTime(10, TimeUnit.SECONDS)
              .build()
              .start();
    } catch (IOException e) {
      threads.shutdownNow();
      if (isPortInUse(e)) {
        throw new PortInUseException(properties.port(), e);
      }
      throw new UncheckedIOException("the gRPC server cannot listen on " + address, e);
    }
    LOG.info("gRPC listens on port {}", running.getPort());
  }

  /** Netty's native transports throw their own exception, not a BindException. */
  private static boolean isPortInUse(Throwable fault) {
    for (Throwable cause = fault; cause != null; cause = cause.getCause()) {
      if (cause instanceof BindException
          || (cause instanceof IOException
              && String.valueOf(cause.getMessage()).contains("in use"))) {
        return true;
      }
    }
    return false;
  }

  private ServerCredentials credentials() {
    Ssl ssl = server.getSsl();
    if (!Ssl.isEnabled(ssl)) {
      return InsecureServerCredentials.create();
    }
    SslBundle bundle = WebServerSslBundle.get(ssl, bundles);
    return TlsServerCredentials.newBuilder()
        .keyManager(bundle.getManagers().getKeyManagers())
        .trustManager(bundle.getManagers().getTrustManagers())
        .clientAuth(
            Ssl.ClientAuth.map(
                ssl.getClientAuth(),
                TlsServerCredentials.ClientAuth.NONE,
                TlsServerCredentials.ClientAuth.OPTIONAL,
                TlsServerCredentials.ClientAuth.REQUIRE))
        .build();
  }

  /** Accepts no more calls, and finishes those in flight. */
  @Override
  public void stop() {
    Server stopping = running;
    if (stopping == null) {
      return;
    }
    stopping.shutdown();
    try {
      if (!stopping.awaitTermination(stopMillis, TimeUnit.MILLISECONDS)) {
        LOG.warn("calls over gRPC did not end in time and were cut off");
        stopping.shutdownNow();
      }
    } catch (InterruptedException e) {
      stopping.shutdownNow();
      Thread.currentThread().interrupt();
    }
    threads.shutdown();
    running = null;
  }

  @Override
  public boolean isRunning() {
    return running != null;
  }

  @Override
  public int getPhase() {
    return PHASE;
  }
}
