package io.countermachine.service.access;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.countermachine.features.v1.FeatureRequest;
import io.countermachine.features.v1.FeatureServiceGrpc;
import io.countermachine.service.RunningService;
import io.grpc.ChannelCredentials;
import io.grpc.Grpc;
import io.grpc.InsecureChannelCredentials;
import io.grpc.ManagedChannel;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.TlsChannelCredentials;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.util.Base64;
import java.util.List;
import java.util.stream.Stream;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLException;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** TLS with Spring's own properties, as described in docs/security.md. */
class TlsIT {
  private static final String PASSWORD = "changeit";

  @TempDir private static Path folder;
  private static Path keyStore;

  @BeforeAll
  static void makeKeyStore() throws IOException, InterruptedException, GeneralSecurityException {
    keyStore = folder.resolve("service.p12");
    List<String> line =
        List.of(
            Path.of(System.getProperty("java.home"), "bin", "keytool").toString(),
            "-genkeypair",
            "-alias",
            "service",
            "-keyalg",
            "EC",
            "-groupname",
            "secp256r1",
            "-dname",
            "CN=localhost",
            "-ext",
            "SAN=dns:localhost",
            "-validity",
            "2",
            "-storetype",
            "PKCS12",
            "-storepass",
            PASSWORD,
            "-keystore",
            keyStore.toString());
    Path log = folder.resolve("keytool.log");
    Process keytool =
        new ProcessBuilder(line).redirectErrorStream(true).redirectOutput(log.toFile()).start();
    assertThat(keytool.waitFor()).as(Files.readString(log)).isZero();
    KeyStore store = load();
    writePem("tls.crt", "CERTIFICATE", store.getCertificate("service").getEncoded());
    writePem(
        "tls.key", "PRIVATE KEY", store.getKey("service", PASSWORD.toCharArray()).getEncoded());
  }

  private static void writePem(String file, String kind, byte[] content) throws IOException {
    Files.writeString(
        folder.resolve(file),
        "-----BEGIN %s-----\n%s\n-----END %s-----\n"
            .formatted(kind, Base64.getMimeEncoder().encodeToString(content), kind));
  }

  private static KeyStore load() throws IOException, GeneralSecurityException {
    KeyStore store = KeyStore.getInstance("PKCS12");
    try (InputStream in = Files.newInputStream(keyStore)) {
      store.load(in, PASSWORD.toCharArray());
    }
    return store;
  }

  static Stream<List<String>> settings() {
    return Stream.of(
        List.of(
            "--server.ssl.key-store=file:" + keyStore,
            "--server.ssl.key-store-password=" + PASSWORD),
        List.of(
            "--spring.ssl.bundle.pem.service.keystore.certificate=file:"
                + folder.resolve("tls.crt"),
            "--spring.ssl.bundle.pem.service.keystore.private-key=file:"
                + folder.resolve("tls.key"),
            "--server.ssl.bundle=service"));
  }

  @ParameterizedTest
  @MethodSource("settings")
  void service_answersOverTls_toWhoeverTrustsItsCertificate(List<String> settings)
      throws IOException, InterruptedException, GeneralSecurityException {
    try (RunningService service = RunningService.withoutStore(settings.toArray(String[]::new))) {
      String host = "localhost:" + service.port();
      HttpRequest call =
          HttpRequest.newBuilder(URI.create("https://" + host + "/v1/catalog")).build();
      HttpResponse<String> answer =
          HttpClient.newBuilder()
              .sslContext(trusting())
              .build()
              .send(call, HttpResponse.BodyHandlers.ofString());
      assertThat(answer.statusCode()).isEqualTo(200);
      assertThat(answer.version()).isEqualTo(HttpClient.Version.HTTP_2);
      assertThat(answer.sslSession().orElseThrow().getProtocol()).isEqualTo("TLSv1.3");
      assertThatThrownBy(
              () -> HttpClient.newHttpClient().send(call, HttpResponse.BodyHandlers.discarding()))
          .isInstanceOf(SSLException.class);
      HttpResponse<String> plain =
          HttpClient.newHttpClient()
              .send(
                  HttpRequest.newBuilder(URI.create("http://" + host + "/v1/catalog")).build(),
                  HttpResponse.BodyHandlers.ofString());
      assertThat(plain.statusCode()).as("without TLS").isEqualTo(400);
    }
  }

  @ParameterizedTest
  @MethodSource("settings")
  void grpc_takesTheSameCertificate(List<String> settings)
      throws IOException, GeneralSecurityException {
    try (RunningService service = RunningService.withoutStore(settings.toArray(String[]::new))) {
      assertThat(code(service, TlsChannelCredentials.newBuilder().trustManager(trust()).build()))
          .as("a request that names no feature, over TLS")
          .isEqualTo(Status.Code.INVALID_ARGUMENT);
      assertThat(code(service, TlsChannelCredentials.create()))
          .as("a caller who does not trust the certificate")
          .isEqualTo(Status.Code.UNAVAILABLE);
      assertThat(code(service, InsecureChannelCredentials.create()))
          .as("without TLS")
          .isEqualTo(Status.Code.UNAVAILABLE);
    }
  }

  private static Status.Code code(RunningService service, ChannelCredentials credentials) {
    ManagedChannel channel =
        Grpc.newChannelBuilder("localhost:" + service.grpcPort(), credentials).build();
    try {
      return catchThrowableOfType(
              StatusRuntimeException.class,
              () ->
                  FeatureServiceGrpc.newBlockingStub(channel)
                      .getFeatures(FeatureRequest.getDefaultInstance()))
          .getStatus()
          .getCode();
    } finally {
      channel.shutdownNow();
    }
  }

  private static SSLContext trusting() throws IOException, GeneralSecurityException {
    SSLContext context = SSLContext.getInstance("TLS");
    context.init(null, trust(), null);
    return context;
  }

  private static TrustManager[] trust() throws IOException, GeneralSecurityException {
    KeyStore trusted = KeyStore.getInstance("PKCS12");
    trusted.load(null, null);
    trusted.setCertificateEntry("service", load().getCertificate("service"));
    TrustManagerFactory trust =
        TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
    trust.init(trusted);
    return trust.getTrustManagers();
  }
}
