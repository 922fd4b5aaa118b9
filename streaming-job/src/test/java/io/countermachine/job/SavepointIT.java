package io.countermachine.job;

import static io.countermachine.job.JobCase.LIMIT;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.countermachine.catalog.Group;
import io.countermachine.catalog.ItemFormat;
import io.countermachine.item.ItemCodec;
import io.countermachine.job.config.CatalogText;
import io.countermachine.local.process.Await;
import io.countermachine.local.process.SharedParts;
import io.countermachine.local.process.Topics;
import io.countermachine.measure.Counters;
import io.countermachine.measure.ItemValues;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.flink.util.FileUtils;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;

/**
 * Savepoints of earlier releases, made by {@link SavepointMaker}, and the counters of this release
 * after restoring them.
 */
class SavepointIT {
  private static final Path SAVEPOINTS = Path.of("src/test/resources/savepoints");
  private static final String U1 = "\"userId\":\"u1\"";
  private static final String U2 = "\"userId\":\"u2\"";

  @TempDir private Path folder;
  private JobCase own;

  /**
   * The savepoints contain offsets of another broker's topic, which stays empty here. A test's own
   * topic is new to them and read from its beginning.
   */
  @BeforeAll
  static void createTheirTopic() {
    SharedParts.broker().createTopic(Topics.EVENTS, 2, 1 << 20);
  }

  @BeforeEach
  void newCase() {
    own = JobCase.create("savepoint", folder);
  }

  private RunningJob restore(
      String savepoint, CatalogText catalog, int parallelism, String... flags) throws IOException {
    fillAsAnEarlierReleaseDid();
    List<String> all = new ArrayList<>(List.of(flags));
    all.add("-Dparallelism.default=" + parallelism);
    all.add("-Dexecution.state-recovery.path=" + SAVEPOINTS.resolve(savepoint).toUri());
    return own.start(catalog.text(), all.toArray(String[]::new));
  }

  /** With an item of a key that the savepoint does not know, and without an item of the catalog. */
  private void fillAsAnEarlierReleaseDid() {
    own.table().createIfMissing();
    Group user = TestCatalogs.SMALL.catalog().group("user").orElseThrow();
    Counters counters = new Counters(user.schema());
    counters.add(0, 1, 1_000);
    JobCase.client()
        .putItem(
            call ->
                call.tableName(own.name())
                    .item(
                        ItemCodec.encode(
                            "other",
                            ItemValues.of(user.itemSchema(), counters),
                            OptionalLong.empty(),
                            ItemFormat.READABLE)));
  }

  private static String like(String id) {
    return SavepointMaker.event("like", 10_000, U1 + ",\"eventId\":\"%s\"".formatted(id));
  }

  @ParameterizedTest
  @CsvSource({
    "before-confirmations,1,256,false",
    "before-confirmations,2,256,false",
    "0.1.0,1,256,false",
    "0.1.0,2,256,false",
    // The savepoint knows its table, which is not this one, and since when it counts.
    "expiring-counters,1,4096,true",
    "expiring-counters,2,4096,true"
  })
  void savepoint_isCountedOn(
      String savepoint, int parallelism, int maxParallelism, boolean knowsItsTable)
      throws IOException {
    String[] flags = knowsItsTable ? new String[] {"--republish"} : new String[0];
    // The same instant as the newest events in the state, and one of the two ids a second time.
    own.send(
        like("new"),
        like("new"),
        SavepointMaker.event("timespent", 10_000, U2 + ",\"durationMs\":7.5"));
    try (RunningJob job = restore(savepoint, TestCatalogs.SMALL, parallelism, flags)) {
      own.awaitValue("u1", "like", "lifetime", 3);
      own.awaitValue("u2", "timespent", "lifetime", 20);
      // The state had a like at 0 s, and at 10 s a like, a view and the 12.5 ms of u2.
      assertThat(own.value("u1", "like", "lifetime")).isEqualTo(3);
      assertThat(own.value("u1", "like", "10s")).isCloseTo(2 + Math.exp(-1), within(1e-12));
      assertThat(own.value("u1", "view", "lifetime")).isEqualTo(1);
      assertThat(own.value("u1", "view", "10s")).isEqualTo(1);
      assertThat(own.value("u2", "timespent", "lifetime")).isEqualTo(20);
      assertThat(own.value("u2", "timespent", "10s")).isEqualTo(20);
      // That of the savepoints.
      assertThat(job.maxParallelism()).containsExactly(maxParallelism);
      // The job writes the catalog's item beside the others.
      Await.until("the catalog's item", LIMIT, () -> own.table().catalogItem().isPresent());
      // Earlier releases did not store the instant.
      assertThat(own.table().catalogItem().orElseThrow().since("user", "like", "10s"))
          .hasValueSatisfying(since -> assertThat(since > 0).isEqualTo(knowsItsTable));
      assertThat(job.jobMetric("numRestarts")).isZero();
    }
  }

  /** State of every kind of measure and interval. */
  @ParameterizedTest
  @ValueSource(ints = {1, 2})
  void savepointOfEveryKind_isCountedOn(int parallelism) throws IOException {
    own.send(
        SavepointMaker.event("view", 10_000, U1 + ",\"country\":\"DE\",\"eventId\":\"new\""),
        // The state has its id.
        SavepointMaker.event("view", 10_000, U1 + ",\"country\":\"DE\",\"eventId\":\"e3\""),
        SavepointMaker.event("timespent", 10_000, U2 + ",\"durationMs\":7.5"));
    try (RunningJob job = restore("every-kind", TestCatalogs.KINDS, parallelism, "--republish")) {
      own.awaitValue("u1", "view", "lifetime", 3);
      own.awaitValue("u2", "timespent", "lifetime", 20);
      // The state had a view from FR at 22:53:19, one from DE ten seconds later, and 12.5 ms then.
      assertThat(own.value("u1", "view", "lifetime")).isEqualTo(3);
      assertThat(own.value("u1", "view", "10s")).isCloseTo(2 + Math.exp(-1), within(1e-12));
      assertThat(own.value("u1", "like", "lifetime")).isEqualTo(2);
      Map<String, AttributeValue> views = own.part("u1", "panes").get("view").m();
      assertThat(panes(views.get("last_1m")))
          .isEqualTo(Map.of("1707605599", 1.0, "1707605609", 2.0));
      // The minute 22:53.
      assertThat(panes(views.get("each_1m"))).isEqualTo(Map.of("1707605580", 3.0));
      assertThat(panes(views.get("session_30m"))).isEqualTo(Map.of("1707605599000", 3.0));
      Map<String, AttributeValue> countries = own.part("u1", "labels").get("countries").m();
      assertThat(countries).containsOnlyKeys("DE", "FR");
      Map<String, AttributeValue> germany = countries.get("DE").m();
      assertThat(germany.get("lifetime").n()).isEqualTo("2");
      assertThat(panes(germany.get("last_1m"))).isEqualTo(Map.of("1707605609", 2.0));
      Map<String, AttributeValue> france = countries.get("FR").m();
      assertThat(france.get("lifetime").n()).isEqualTo("1");
      assertThat(Double.parseDouble(france.get("10s").n())).isCloseTo(Math.exp(-1), within(1e-12));
      assertThat(panes(france.get("session_30m"))).isEqualTo(Map.of("1707605599000", 1.0));
      assertThat(own.value("u2", "dwell_mean", "lifetime")).isCloseTo(10, within(1e-12));
      assertThat(own.value("u2", "dwell_stddev", "lifetime")).isCloseTo(2.5, within(1e-12));
      assertThat(own.value("u2", "dwell_p50", "lifetime")).isCloseTo(7.5, within(0.075));
      assertThat(own.value("u2", "dwell_p90", "lifetime")).isCloseTo(12.5, within(0.125));
      // In the layout of that release: as of the key's instant, which is that of both values.
      assertThat(own.value("u2", "dwell_mean", "10s")).isCloseTo(10, within(1e-12));
      assertThat(own.value("u2", "dwell_stddev", "10s")).isCloseTo(2.5, within(1e-12));
      assertThat(own.value("u2", "dwell_p90", "10s")).isCloseTo(12.5, within(0.125));
      assertThat(job.jobMetric("numRestarts")).isZero();
    }
  }

  /** State of the kinds without retractions: repeated events change nothing. */
  @ParameterizedTest
  @ValueSource(ints = {1, 2})
  void savepointOfUniquesAndLists_isCountedOn(int parallelism) throws IOException {
    String p1 = U1 + ",\"postId\":\"p1\",\"country\":\"AT\"";
    own.send(
        SavepointMaker.event("view", 10_000, U1 + ",\"postId\":\"p3\",\"eventId\":\"new\""),
        // The state has its id; and an older view of a post that has a newer one.
        SavepointMaker.event("view", 9_000, p1 + ",\"eventId\":\"e1\""),
        SavepointMaker.event("view", 4_000, p1 + ",\"eventId\":\"other\""),
        SavepointMaker.event("timespent", 10_000, U1 + ",\"durationMs\":50"));
    try (RunningJob job =
        restore("uniques-and-lists", TestCatalogs.UNIQUES_AND_LISTS, parallelism, "--republish")) {
      own.awaitValue("u1", "posts", "lifetime", 3);
      own.awaitValue("u1", "dwell_max", "lifetime", 50);
      // The state had views of p1 at 22:53:19 and 5 s later, and of p2 10 s later.
      assertThat(own.value("u1", "posts", "lifetime")).isEqualTo(3);
      assertThat(own.value("u1", "posts", "10s")).isCloseTo(2 + Math.exp(-0.5), within(1e-12));
      Map<String, AttributeValue> posts = own.part("u1", "panes").get("posts").m();
      assertThat(panes(posts.get("last_1m")))
          .isEqualTo(Map.of("1707605604", 1.0, "1707605609", 2.0));
      assertThat(panes(posts.get("session_30m"))).isEqualTo(Map.of("1707605599000", 3.0));
      Map<String, AttributeValue> lists = own.part("u1", "lists");
      assertThat(entries(lists.get("recent")))
          .containsExactly(
              "at 1707605609000, eventName like, eventTs 1707605609000, postId p1",
              "at 1707605609000, eventName view, eventTs 1707605609000, postId p2",
              "at 1707605609000, eventName view, eventTs 1707605609000, postId p3");
      assertThat(entries(lists.get("seen")))
          .containsExactly(
              "at 1707605609000, postId p2",
              "at 1707605604000, postId p1",
              "at 1707605603000, postId p1");
      assertThat(entries(lists.get("joined")))
          .containsExactly("at 1707605599000, eventTs 1707605599000");
      assertThat(entries(lists.get("country"))).containsExactly("at 1707605609000, country DE");
      assertThat(own.value("u1", "dwell_min", "lifetime")).isEqualTo(4);
      assertThat(own.value("u1", "dwell_max", "lifetime")).isEqualTo(50);
      assertThat(job.jobMetric("numRestarts")).isZero();
    }
  }

  /** The entries of a list, first or last, with their fields by name. */
  private static List<String> entries(AttributeValue list) {
    return list.l().stream()
        .map(
            entry ->
                new TreeMap<>(entry.m())
                    .entrySet().stream()
                        .map(
                            field ->
                                field.getKey()
                                    + " "
                                    + (field.getValue().n() == null
                                        ? field.getValue().s()
                                        : field.getValue().n()))
                        .collect(Collectors.joining(", ")))
        .toList();
  }

  private static Map<String, Double> panes(AttributeValue window) {
    Map<String, Double> panes = new TreeMap<>();
    window.m().forEach((start, number) -> panes.put(start, Double.valueOf(number.n())));
    return panes;
  }

  /** A release with Flink's default for RocksDB's checkpoints made full checkpoints. */
  @Test
  void wholeCheckpointsOfRocksDb_areCountedOn_byIncrementalOnes() throws IOException {
    Path checkpoints = folder.resolve("checkpoints");

    Path whole = countOn(checkpoints, 1, "-Dexecution.checkpointing.incremental=false");
    assertThat(whole.resolve("shared")).isEmptyDirectory();

    Path incremental = countOn(checkpoints, 2);
    assertThat(incremental.resolve("shared")).isNotEmptyDirectory();

    // The files of an earlier job may be deleted once the new job has its own checkpoint.
    FileUtils.deleteDirectory(whole.toFile());
    countOn(checkpoints, 3);
  }

  /**
   * Sends one more like, and runs a job from the newest checkpoint until it has counted the like
   * and then completed a checkpoint.
   *
   * @return the folder of this job's checkpoints
   */
  private Path countOn(Path checkpoints, int likes, String... flags) throws IOException {
    own.send(like("like " + likes));
    List<String> all = new ArrayList<>(List.of(flags));
    all.addAll(
        List.of(
            "-Dparallelism.default=1",
            "-Dstate.backend.type=rocksdb",
            "-Dexecution.checkpointing.dir=" + checkpoints.toUri(),
            // Otherwise small state would be stored in the checkpoint's metadata, and no file would
            // be shared.
            "-Dexecution.checkpointing.data-inline-threshold=0b"));
    try (RunningJob job = own.start(TestCatalogs.SMALL.text(), all.toArray(String[]::new))) {
      own.awaitLikes("u1", likes);
      long before = job.checkpoints("completed");
      // One may have started before the value was there.
      Await.until("two checkpoints", LIMIT, () -> job.checkpoints("completed") >= before + 2);
      assertThat(own.value("u1", "like", "lifetime")).isEqualTo(likes);
      assertThat(job.jobMetric("numRestarts")).isZero();
      return checkpoints.resolve(job.id());
    }
  }

  @Test
  void savepoint_isCountedOn_underAChangedCatalog() throws IOException {
    own.send(
        SavepointMaker.event("share", 10_000, U1 + ",\"eventId\":\"changed\""),
        SavepointMaker.event("timespent", 10_000, U2 + ",\"durationMs\":7.5"));
    try (RunningJob job = restore("before-confirmations", TestCatalogs.CHANGED, 2)) {
      own.awaitValue("u1", "share", "lifetime", 1);
      own.awaitValue("u2", "timespent", "lifetime", 20);
      assertThat(own.value("u1", "share", "lifetime")).isEqualTo(1);
      assertThat(own.value("u1", "share", "1h")).isEqualTo(1);
      // Kept from the state; the interval is new and contains only later events.
      assertThat(own.value("u1", "like", "lifetime")).isEqualTo(2);
      assertThat(own.value("u1", "like", "1h")).isZero();
      assertThat(own.value("u2", "timespent", "lifetime")).isEqualTo(20);
      assertThat(own.value("u2", "timespent", "1h")).isEqualTo(7.5);
      assertThat(own.part("u1", "counts")).doesNotContainKey("view");
      assertThat(job.jobMetric("numRestarts")).isZero();
    }
  }

  /** The job finds a savepoint of an earlier release, and does not move or delete it. */
  @Test
  void savepointThatTheJobFinds_keepsItsMaxParallelism_andStays() throws IOException {
    fillAsAnEarlierReleaseDid();
    own.send(like("found"));
    Path savepoints = folder.resolve("found");
    Path savepoint = Files.createDirectories(savepoints.resolve("savepoint-0.1.0"));
    Files.copy(SAVEPOINTS.resolve("0.1.0").resolve("_metadata"), savepoint.resolve("_metadata"));
    Path checkpoints = folder.resolve("checkpoints after a found savepoint");
    try (RunningJob job =
        own.start(
            TestCatalogs.SMALL.text(),
            "-Dexecution.checkpointing.savepoint-dir=" + savepoints.toUri(),
            "-Dexecution.checkpointing.dir=" + checkpoints.toUri(),
            "-Dpipeline.max-parallelism=512",
            "-Dexecution.state-recovery.claim-mode=CLAIM")) {
      own.awaitValue("u1", "like", "lifetime", 3);
      assertThat(job.maxParallelism()).containsExactly(256);
      Await.until("checkpoints", LIMIT, () -> job.checkpoints("completed") >= 3);
      assertThat(savepoint.resolve("_metadata")).exists();
    }
  }

  /** A job continues from its own checkpoint, which is deleted after later ones. */
  @Test
  void ownCheckpoint_isDeleted_onceItIsNotNeededAnyLonger() throws IOException {
    String[] flags = {
      "-Dexecution.checkpointing.dir=" + folder.resolve("claimed").toUri(),
      "-Dparallelism.default=1"
    };
    own.send(like("first"));
    Path first;
    try (RunningJob job = own.start(TestCatalogs.SMALL.text(), flags)) {
      own.awaitValue("u1", "like", "lifetime", 1);
      assertThat(job.maxParallelism()).containsExactly(4096);
      long before = job.checkpoints("completed");
      Await.until("two checkpoints", LIMIT, () -> job.checkpoints("completed") >= before + 2);
      first = folder.resolve("claimed").resolve(job.id());
    }
    assertThat(checkpointsIn(first)).hasSize(1);
    own.send(like("second"));
    try (RunningJob job = own.start(TestCatalogs.SMALL.text(), flags)) {
      own.awaitValue("u1", "like", "lifetime", 2);
      Await.until(
          "the end of the first job's checkpoint", LIMIT, () -> checkpointsIn(first).isEmpty());
      assertThat(own.value("u1", "like", "lifetime")).isEqualTo(2);
      assertThat(job.jobMetric("numRestarts")).isZero();
    }
  }

  /**
   * The completed ones: a checkpoint that was in progress when the job was cancelled may leave
   * files.
   */
  private static List<Path> checkpointsIn(Path job) {
    try (Stream<Path> folders = Files.list(job)) {
      return folders
          .filter(folder -> folder.getFileName().toString().startsWith("chk-"))
          .filter(folder -> Files.exists(folder.resolve("_metadata")))
          .toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Test
  void groupWithAnotherKey_endsTheStartWithWords() throws IOException {
    own.send(like("only"));
    String savepoint;
    try (RunningJob job = own.start(TestCatalogs.SMALL.text())) {
      own.awaitValue("u1", "like", "lifetime", 1);
      savepoint = own.stop(job);
    }
    String changed =
        TestCatalogs.SMALL.text().replace("user: {key: [userId]", "user: {key: [creatorId]");
    assertThat(RunningJob.failureOf(own.arguments(changed, savepoint)))
        .rootCause()
        .hasMessageContaining(
            "group user was counted by the key [userId], and the catalog now says [creatorId]");
  }
}
