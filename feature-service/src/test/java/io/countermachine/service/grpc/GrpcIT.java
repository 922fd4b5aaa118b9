package io.countermachine.service.grpc;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.google.protobuf.InvalidProtocolBufferException;
import com.google.rpc.BadRequest;
import com.google.rpc.RetryInfo;
import io.countermachine.features.v1.FeatureRequest;
import io.countermachine.features.v1.FeatureResponse;
import io.countermachine.features.v1.FeatureServiceGrpc;
import io.countermachine.features.v1.Fields;
import io.countermachine.features.v1.Include;
import io.countermachine.local.process.Await;
import io.countermachine.service.Meters;
import io.countermachine.service.RunningService;
import io.countermachine.service.WaitingStore;
import io.grpc.CallOptions;
import io.grpc.ClientCall;
import io.grpc.ClientInterceptors;
import io.grpc.Grpc;
import io.grpc.InsecureChannelCredentials;
import io.grpc.ManagedChannel;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.protobuf.StatusProto;
import io.grpc.stub.ClientCalls;
import io.grpc.stub.MetadataUtils;
import io.restassured.RestAssured;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.ServerSocket;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.HexFormat;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The API over gRPC, with keys and an empty store. */
class GrpcIT {
  private static final Metadata.Key<String> API_KEY =
      Metadata.Key.of("x-api-key", Metadata.ASCII_STRING_MARSHALLER);
  private static final Metadata.Key<String> REQUEST_ID =
      Metadata.Key.of("x-request-id", Metadata.ASCII_STRING_MARSHALLER);
  private static final FeatureRequest REQUEST =
      FeatureRequest.newBuilder()
          .addFeatures("post.view.1h")
          .addFeatures("user.view.1h")
          .setContext(Fields.newBuilder().putValues("userId", "u1"))
          .addCandidates(Fields.newBuilder().putValues("postId", "p1"))
          .addCandidates(Fields.getDefaultInstance())
          .addInclude(Include.INCLUDE_STATUSES)
          .build();

  private static final Duration LIMIT = Duration.ofSeconds(90);

  private static WaitingStore store;
  private static RunningService service;
  private static ManagedChannel channel;

  @BeforeAll
  static void start() throws IOException {
    store = WaitingStore.start();
    service =
        store.service(
            "--counter-machine.access.enabled=true",
            "--counter-machine.access.keys[0].name=ranker",
            "--counter-machine.access.keys[0].sha256=" + hash("ranker-key"),
            "--counter-machine.access.keys[1].name=inspect-only",
            "--counter-machine.access.keys[1].sha256=" + hash("inspect-key"),
            "--counter-machine.access.keys[1].scopes=inspect",
            "--counter-machine.access.keys[2].name=slow",
            "--counter-machine.access.keys[2].sha256=" + hash("slow-key"),
            "--counter-machine.access.keys[2].requests-per-second=0.001",
            "--counter-machine.limits.candidates=5");
    channel =
        Grpc.newChannelBuilder(
                "localhost:" + service.grpcPort(), InsecureChannelCredentials.create())
            .build();
  }

  @AfterAll
  static void stop() {
    channel.shutdownNow();
    service.close();
    store.close();
  }

  private static String hash(String key) {
    try {
      return HexFormat.of()
          .formatHex(MessageDigest.getInstance("SHA-256").digest(key.getBytes(UTF_8)));
    } catch (NoSuchAlgorithmException e) {
      throw new AssertionError(e);
    }
  }

  private static FeatureServiceGrpc.FeatureServiceBlockingStub stub(String key) {
    FeatureServiceGrpc.FeatureServiceBlockingStub stub =
        FeatureServiceGrpc.newBlockingStub(channel);
    if (key == null) {
      return stub;
    }
    Metadata headers = new Metadata();
    headers.put(API_KEY, key);
    return stub.withInterceptors(MetadataUtils.newAttachHeadersInterceptor(headers));
  }

  private static StatusRuntimeException fault(String key, FeatureRequest request) {
    return catchThrowableOfType(StatusRuntimeException.class, () -> stub(key).getFeatures(request));
  }

  @Test
  void answer_isInColumns() {
    FeatureResponse answer = stub("ranker-key").getFeatures(REQUEST);
    assertThat(answer.getMetadata().getFeaturesList())
        .containsExactly("post.view.1h", "user.view.1h");
    assertThat(answer.getMetadata().getResults()).isEqualTo(2);
    // The first is a post that is not stored. The second has no key.
    assertThat(answer.getColumns(0).getNumbersList()).containsExactly(0.0, Double.NaN);
    assertThat(answer.getColumns(0).getStatuses().toByteArray()).containsExactly(1, 3);
    assertThat(answer.getColumns(1).getNumbersList()).containsExactly(0.0);
    assertThat(answer.getRows(answer.getColumns(1).getRows() - 1).getRowOfResultList())
        .containsExactly(0, 0);
  }

  @Test
  void call_needsAKey_withTheScope_withinItsRate() throws InvalidProtocolBufferException {
    assertThat(fault(null, REQUEST).getStatus().getCode()).isEqualTo(Status.Code.UNAUTHENTICATED);
    assertThat(fault("another", REQUEST).getStatus().getCode())
        .isEqualTo(Status.Code.UNAUTHENTICATED);
    StatusRuntimeException forbidden = fault("inspect-key", REQUEST);
    assertThat(forbidden.getStatus().getCode()).isEqualTo(Status.Code.PERMISSION_DENIED);
    assertThat(forbidden.getStatus().getDescription()).contains("features");
    stub("slow-key").getFeatures(REQUEST);
    StatusRuntimeException limited = fault("slow-key", REQUEST);
    assertThat(limited.getStatus().getCode()).isEqualTo(Status.Code.RESOURCE_EXHAUSTED);
    assertThat(
            StatusProto.fromThrowable(limited)
                .getDetails(0)
                .unpack(RetryInfo.class)
                .getRetryDelay()
                .getSeconds())
        .isPositive();
    Meters.awaitAll(
        GrpcIT::metrics,
        "countermachine_calls_total{caller=\"unknown\",status=\"401\"}",
        "countermachine_calls_total{caller=\"inspect-only\",status=\"403\"}",
        "countermachine_calls_total{caller=\"slow\",status=\"200\"}",
        "countermachine_calls_total{caller=\"slow\",status=\"429\"}");
  }

  private static String metrics() {
    return RestAssured.given(service.requests())
        .header("X-Api-Key", "inspect-key")
        .get("/actuator/prometheus")
        .asString();
  }

  @Test
  void wrongField_isNamed() throws InvalidProtocolBufferException {
    assertWrong(REQUEST.toBuilder().setSet("home_feed").build(), "features");
    assertWrong(REQUEST.toBuilder().addFeatures("post.view").build(), "features[2]");
    assertWrong(REQUEST.toBuilder().clearCandidates().build(), "candidates");
    assertWrong(REQUEST.toBuilder().setAsOf(-1).build(), "asOf");
    assertWrong(REQUEST.toBuilder().addIncludeValue(17).build(), "include[1]");
    assertWrong(
        REQUEST.toBuilder().addCandidates(Fields.newBuilder().putValues("postId", "")).build(),
        "candidates[2].postId");
    assertWrong(REQUEST.toBuilder().addContexts(Fields.getDefaultInstance()).build(), "contexts");
    FeatureRequest.Builder many = REQUEST.toBuilder();
    for (int i = 0; i < 4; i++) {
      many.addCandidates(Fields.getDefaultInstance());
    }
    assertWrong(many.build(), "candidates");
  }

  private static void assertWrong(FeatureRequest request, String field)
      throws InvalidProtocolBufferException {
    StatusRuntimeException fault = fault("ranker-key", request);
    assertThat(fault.getStatus().getCode()).isEqualTo(Status.Code.INVALID_ARGUMENT);
    BadRequest details = StatusProto.fromThrowable(fault).getDetails(0).unpack(BadRequest.class);
    assertThat(details.getFieldViolations(0).getField()).isEqualTo(field);
  }

  @Test
  void bytesThatAreNoRequest_areTheCallersFault() throws Exception {
    // A context of 127 bytes, of which there is one.
    StatusRuntimeException cut = faultOfBytes(new byte[] {0x1a, 0x7f, 0x0a}, null);
    assertThat(cut.getStatus().getCode()).isEqualTo(Status.Code.INVALID_ARGUMENT);
    assertThat(cut.getStatus().getDescription()).contains("FeatureRequest");
    assertThat(cut.getTrailers().get(REQUEST_ID)).isNotEmpty();
    // A set's name that is no UTF-8.
    StatusRuntimeException text = faultOfBytes(new byte[] {0x0a, 0x01, (byte) 0xff}, null);
    assertThat(text.getStatus().getCode()).isEqualTo(Status.Code.INVALID_ARGUMENT);
    // Three kilobytes, which are 3 MB once they are decompressed.
    StatusRuntimeException large =
        faultOfBytes(
            FeatureRequest.newBuilder().setSet("x".repeat(3_000_000)).build().toByteArray(),
            "gzip");
    assertThat(large.getStatus().getCode()).isEqualTo(Status.Code.RESOURCE_EXHAUSTED);
    Meters.awaitAll(
        GrpcIT::metrics,
        "countermachine_calls_total{caller=\"ranker\",status=\"400\"}",
        "countermachine_calls_total{caller=\"ranker\",status=\"413\"}",
        "countermachine_bodies_bytes 0.0");
  }

  private static StatusRuntimeException faultOfBytes(byte[] request, String compression) {
    MethodDescriptor<byte[], FeatureResponse> method =
        FeatureServiceGrpc.getGetFeaturesMethod().toBuilder(
                new Bytes(), FeatureServiceGrpc.getGetFeaturesMethod().getResponseMarshaller())
            .build();
    Metadata headers = new Metadata();
    headers.put(API_KEY, "ranker-key");
    return catchThrowableOfType(
        StatusRuntimeException.class,
        () ->
            ClientCalls.blockingUnaryCall(
                ClientInterceptors.intercept(
                    channel, MetadataUtils.newAttachHeadersInterceptor(headers)),
                method,
                CallOptions.DEFAULT.withCompression(compression),
                request));
  }

  /** Sends bytes as they are. */
  private static final class Bytes implements MethodDescriptor.Marshaller<byte[]> {
    @Override
    public InputStream stream(byte[] value) {
      return new ByteArrayInputStream(value);
    }

    @Override
    public byte[] parse(InputStream stream) {
      throw new UnsupportedOperationException("only sent");
    }
  }

  @Test
  void setThatChanged_isRefused() {
    FeatureRequest pinned =
        FeatureRequest.newBuilder()
            .setSet("home_feed")
            .setSetHash("00000000-00000000-00000000")
            .addCandidates(Fields.getDefaultInstance())
            .build();
    StatusRuntimeException fault = fault("ranker-key", pinned);
    assertThat(fault.getStatus().getCode()).isEqualTo(Status.Code.FAILED_PRECONDITION);
    assertThat(fault.getStatus().getDescription()).contains("what changed");
  }

  @Test
  void callersDeadline_holds_whereTheStoreHangs() {
    store.shut();
    try {
      assertThatThrownBy(
              () ->
                  stub("ranker-key")
                      .withDeadlineAfter(300, TimeUnit.MILLISECONDS)
                      .getFeatures(REQUEST))
          .isInstanceOfSatisfying(
              StatusRuntimeException.class,
              fault ->
                  assertThat(fault.getStatus().getCode())
                      .isIn(Status.Code.DEADLINE_EXCEEDED, Status.Code.UNAVAILABLE));
    } finally {
      store.open();
    }
    // The places of the call are free again.
    assertThat(stub("ranker-key").getFeatures(REQUEST).getMetadata().getPartial()).isFalse();
  }

  @Test
  void requestsId_isGivenBack_withAFaultToo() {
    Metadata headers = new Metadata();
    headers.put(REQUEST_ID, "my-id");
    headers.put(API_KEY, "ranker-key");
    var responseHeaders = new java.util.concurrent.atomic.AtomicReference<Metadata>();
    var trailers = new java.util.concurrent.atomic.AtomicReference<Metadata>();
    FeatureServiceGrpc.FeatureServiceBlockingStub stub =
        FeatureServiceGrpc.newBlockingStub(channel)
            .withInterceptors(
                MetadataUtils.newAttachHeadersInterceptor(headers),
                MetadataUtils.newCaptureMetadataInterceptor(responseHeaders, trailers));
    stub.getFeatures(REQUEST);
    assertThat(responseHeaders.get().get(REQUEST_ID)).isEqualTo("my-id");
    assertThat(
            responseHeaders
                .get()
                .get(Metadata.Key.of("server-timing", Metadata.ASCII_STRING_MARSHALLER)))
        .startsWith("store;dur=");
    assertThatThrownBy(() -> stub.getFeatures(FeatureRequest.getDefaultInstance()))
        .isInstanceOf(StatusRuntimeException.class);
    assertThat(trailers.get().get(REQUEST_ID)).isEqualTo("my-id");
  }

  @Test
  void largeRequest_thatFindsNoRoom_isTurnedAway() {
    FeatureRequest large = large();
    // Two do not fit. The first holds its memory until it has been read.
    assertThat(large.getSerializedSize()).isBetween(20_000, 29_000);
    try (RunningService small = store.service("--counter-machine.callers.bodies-bytes=30KB")) {
      ManagedChannel own =
          Grpc.newChannelBuilder(
                  "localhost:" + small.grpcPort(), InsecureChannelCredentials.create())
              .build();
      ClientCall<FeatureRequest, FeatureResponse> open =
          own.newCall(FeatureServiceGrpc.getGetFeaturesMethod(), CallOptions.DEFAULT);
      try {
        // The client has not half-closed the call, so its request is here but has not been read.
        open.start(new ClientCall.Listener<>() {}, new Metadata());
        open.request(1);
        open.sendMessage(large);
        Await.until("the request's room", LIMIT, () -> takenBytes(small) > 20_000);
        StatusRuntimeException refused =
            catchThrowableOfType(
                StatusRuntimeException.class,
                () -> FeatureServiceGrpc.newBlockingStub(own).getFeatures(large));
        assertThat(refused.getStatus().getCode()).isEqualTo(Status.Code.RESOURCE_EXHAUSTED);
        assertThat(refused.getStatus().getDescription()).contains("bodies of other requests");
        open.cancel("tested", null);
        Await.until("the room of the cancelled call", LIMIT, () -> takenBytes(small) == 0);
        assertThat(FeatureServiceGrpc.newBlockingStub(own).getFeatures(large).getColumnsCount())
            .isEqualTo(2);
        assertThat(takenBytes(small)).isZero();
      } finally {
        own.shutdownNow();
      }
    }
  }

  private static FeatureRequest large() {
    FeatureRequest.Builder thousand = REQUEST.toBuilder().clearCandidates();
    for (int i = 0; i < 1_000; i++) {
      thousand.addCandidates(Fields.newBuilder().putValues("postId", "post" + i));
    }
    return thousand.build();
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 2})
  void callWithoutExactlyOneRequest_isRefused_andCounted_andGivesItsRoomBack(int requests)
      throws Exception {
    double before = refusedCalls();
    CompletableFuture<Status> ended = new CompletableFuture<>();
    CompletableFuture<String> requestId = new CompletableFuture<>();
    ClientCall<FeatureRequest, FeatureResponse> call =
        channel.newCall(
            FeatureServiceGrpc.getGetFeaturesMethod().toBuilder()
                .setType(MethodDescriptor.MethodType.BIDI_STREAMING)
                .build(),
            CallOptions.DEFAULT);
    Metadata headers = new Metadata();
    headers.put(API_KEY, "ranker-key");
    call.start(
        new ClientCall.Listener<>() {
          @Override
          public void onClose(Status status, Metadata trailers) {
            ended.complete(status);
            requestId.complete(trailers.get(REQUEST_ID));
          }
        },
        headers);
    call.request(1);
    for (int i = 0; i < requests; i++) {
      call.sendMessage(large());
    }
    call.halfClose();
    assertThat(ended.get(LIMIT.toSeconds(), TimeUnit.SECONDS).getCode())
        .isEqualTo(Status.Code.INTERNAL);
    assertThat(requestId.get(LIMIT.toSeconds(), TimeUnit.SECONDS)).isNotEmpty();
    Await.until(
        "the room of all", LIMIT, () -> metrics().contains("countermachine_bodies_bytes 0.0"));
    Await.until("the refused call's count", LIMIT, () -> refusedCalls() == before + 1);
  }

  private static double refusedCalls() {
    String name = "countermachine_calls_total{caller=\"ranker\",status=\"400\"} ";
    return metrics()
        .lines()
        .filter(line -> line.startsWith(name))
        .mapToDouble(line -> Double.parseDouble(line.substring(name.length())))
        .sum();
  }

  private static double takenBytes(RunningService of) {
    return RestAssured.given(of.requests())
        .get("/actuator/prometheus")
        .asString()
        .lines()
        .filter(line -> line.startsWith("countermachine_bodies_bytes "))
        .mapToDouble(line -> Double.parseDouble(line.substring(line.indexOf(' ') + 1)))
        .findFirst()
        .orElseThrow();
  }

  @Test
  void portThatIsTaken_endsTheStart_withTheReason() throws IOException {
    try (ServerSocket taken = new ServerSocket(0)) {
      assertThatThrownBy(
              () ->
                  RunningService.withoutStore(
                      "--counter-machine.grpc.port=" + taken.getLocalPort()))
          .hasStackTraceContaining("Port " + taken.getLocalPort() + " is already in use");
    }
  }

  @Test
  void switchedOff_nothingListens() {
    try (RunningService off = RunningService.withoutStore("--counter-machine.grpc.enabled=false")) {
      assertThat(off.hasGrpc()).isFalse();
    }
  }
}
