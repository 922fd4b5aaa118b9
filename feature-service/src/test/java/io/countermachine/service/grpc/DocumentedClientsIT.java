package io.countermachine.service.grpc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.countermachine.features.v1.Column;
import io.countermachine.features.v1.FeatureRequest;
import io.countermachine.features.v1.FeatureResponse;
import io.countermachine.features.v1.FeatureServiceGrpc;
import io.countermachine.features.v1.Fields;
import io.countermachine.local.process.Installation;
import io.countermachine.service.RunningService;
import io.countermachine.service.WaitingStore;
import io.grpc.Grpc;
import io.grpc.InsecureChannelCredentials;
import io.grpc.ManagedChannel;
import io.grpc.Metadata;
import io.grpc.stub.MetadataUtils;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The clients of docs/clients.md that read columns, with an empty store. */
class DocumentedClientsIT {
  /** Debian's own Python, which has the package python3-protobuf. */
  private static final List<String> PYTHONS = List.of("/usr/bin/python3", "python3");

  @TempDir private Path folder;

  private static WaitingStore store;
  private static RunningService service;

  @BeforeAll
  static void start() throws IOException {
    store = WaitingStore.start();
    service = store.service();
  }

  @AfterAll
  static void stop() {
    service.close();
    store.close();
  }

  /** The first block of code below a heading. */
  private static String block(String heading) throws IOException {
    String page = Files.readString(Installation.root().resolve("docs/clients.md"));
    int from = page.indexOf("```", page.indexOf("### " + heading + "\n"));
    int begin = page.indexOf('\n', from) + 1;
    return page.substring(begin, page.indexOf("```", begin));
  }

  private static String withoutSpace(String code) {
    return code.replaceAll("\\s+", "");
  }

  @Test
  void javaClient_isTheOneThatIsShown_andReadsAMatrix() throws IOException {
    String key = "none is asked for";
    String address = "localhost:" + service.grpcPort();
    // <client>
    ManagedChannel channel =
        Grpc.newChannelBuilder(address, InsecureChannelCredentials.create()).build();
    Metadata headers = new Metadata();
    headers.put(Metadata.Key.of("x-api-key", Metadata.ASCII_STRING_MARSHALLER), key);
    FeatureServiceGrpc.FeatureServiceBlockingStub service =
        FeatureServiceGrpc.newBlockingStub(channel)
            .withInterceptors(MetadataUtils.newAttachHeadersInterceptor(headers));

    FeatureResponse answer =
        service
            .withDeadlineAfter(10, TimeUnit.SECONDS)
            .getFeatures(
                FeatureRequest.newBuilder()
                    .setSet("home_feed")
                    .setContext(Fields.newBuilder().putValues("userId", "u1"))
                    .addCandidates(
                        Fields.newBuilder().putValues("postId", "p1").putValues("creatorId", "c1"))
                    .addCandidates(
                        Fields.newBuilder().putValues("postId", "p2").putValues("creatorId", "c2"))
                    .build());
    double[][] matrix = new double[answer.getMetadata().getResults()][answer.getColumnsCount()];
    for (int feature = 0; feature < answer.getColumnsCount(); feature++) {
      Column column = answer.getColumns(feature);
      for (int result = 0; result < matrix.length; result++) {
        int row =
            column.getRows() == 0
                ? result
                : answer.getRows(column.getRows() - 1).getRowOfResult(result);
        matrix[result][feature] = column.getNumbers(row);
      }
    }
    // </client>
    channel.shutdownNow();
    // home_feed: post.ctr.1h, post.smoothed_ctr.1d, post.view.1m, user_creator.like.7d,
    // user.view.lifetime.
    assertThat(answer.getMetadata().getFeatures(2)).isEqualTo("post.view.1m");
    for (double[] row : matrix) {
      assertThat(row).startsWith(Double.NaN, 0.05, 0).endsWith(0, 0);
    }
    String source =
        Files.readString(
            Installation.root()
                .resolve(
                    "feature-service/src/test/java/io/countermachine/service/grpc/DocumentedClientsIT.java"));
    String shown =
        source.substring(source.indexOf("// <client>") + 11, source.indexOf("// </client>"));
    assertThat(withoutSpace(block("Java, over gRPC")))
        .isEqualTo(
            withoutSpace(
                shown
                    .replace("address,", "\"localhost:9090\",")
                    .replace("10, TimeUnit.SECONDS", "130, TimeUnit.MILLISECONDS")));
  }

  @Test
  void pythonClient_runsAsItIsShown() throws IOException, InterruptedException {
    String python = null;
    for (String candidate : PYTHONS) {
      if (python == null && succeeds(candidate, "-c", "import google.protobuf")) {
        python = candidate;
      }
    }
    assumeTrue(
        python != null && succeeds("protoc", "--version"),
        "needs protoc and Python with protobuf, as .ci/run installs them");
    Files.writeString(folder.resolve("client.py"), block("Python, over HTTP"));
    Path docs = Installation.root().resolve("docs");
    run("protoc", "--python_out=" + folder, "-I" + docs, "features.proto");
    String output =
        run(python, folder.resolve("client.py").toString(), "http://localhost:" + service.port());
    assertThat(output.lines()).hasSize(2);
    assertThat(output.lines())
        .allSatisfy(
            line ->
                assertThat(line)
                    .contains("'post.view.1m': 0.0")
                    .contains("'user.view.lifetime': 0.0"));
    assertThat(output.lines().skip(1).findFirst().orElseThrow())
        .as("a candidate without its creator")
        .contains("'user_creator.like.7d': nan");
  }

  private boolean succeeds(String... command) throws InterruptedException {
    try {
      return new ProcessBuilder(command)
              .redirectErrorStream(true)
              .redirectOutput(folder.resolve("probe.log").toFile())
              .start()
              .waitFor()
          == 0;
    } catch (IOException notThere) {
      return false;
    }
  }

  private String run(String... command) throws IOException, InterruptedException {
    Path log = folder.resolve("output.log");
    Process process =
        new ProcessBuilder(command)
            .directory(folder.toFile())
            .redirectErrorStream(true)
            .redirectOutput(log.toFile())
            .start();
    int exit = process.waitFor();
    String output = Files.readString(log);
    assertThat(exit).as(output).isZero();
    return output;
  }
}
