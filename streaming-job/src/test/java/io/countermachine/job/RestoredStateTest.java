package io.countermachine.job;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.countermachine.catalog.Catalog;
import io.countermachine.catalog.yaml.CatalogLoader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Set;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.PipelineOptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RestoredStateTest {
  private static final String CLAIM = "execution.state-recovery.claim-mode";

  private static final Catalog PLAIN =
      CatalogLoader.parse("c", "groups: {user: {key: [userId], counts: [view]}}");

  private static final Catalog WITH_SESSIONS = sessions(", emit: sessions");

  private static Catalog sessions(String emit) {
    return CatalogLoader.parse(
        "c",
        """
        events: {view: {}, visit: {session: [view], by: [userId], gap: 1m%s}}
        groups: {user: {key: [userId], counts: [view, visit]}}
        """
            .formatted(emit));
  }

  private static RestoredState checkpoint(boolean eventsInFlight) {
    return new RestoredState("file:///chk-7", 256, false, eventsInFlight, Set.of());
  }

  private static Map<String, String> settings(
      RestoredState state, boolean chosen, Map<String, String> configured) {
    return state.settings(chosen, PLAIN, false, Configuration.fromMap(configured)).toMap();
  }

  @ParameterizedTest
  @CsvSource({"0.1.0,256", "before-confirmations,256", "expiring-counters,4096"})
  void keptSavepoint_saysWhatItIs(String name, int maxParallelism) throws IOException {
    Path savepoint = Path.of("src/test/resources/savepoints", name);
    RestoredState state = RestoredState.read(savepoint.toUri().toString());
    assertThat(state.maxParallelism()).isEqualTo(maxParallelism);
    assertThat(state.savepoint()).isTrue();
    assertThat(state.eventsInFlight()).isFalse();
  }

  @Test
  void stateOfVerbs_isLeftBehind_whereTheCatalogHasNone() {
    RestoredState state =
        new RestoredState("file:///chk-7", 256, false, false, Set.of("derive", "emit"));
    assertThat(state.settings(true, PLAIN, false, new Configuration()).toMap())
        .containsEntry("execution.state-recovery.ignore-unclaimed-state", "true");
    assertThat(state.settings(true, WITH_SESSIONS, false, new Configuration()).toMap())
        .doesNotContainKey("execution.state-recovery.ignore-unclaimed-state");
    assertThat(state.settings(true, sessions(""), false, new Configuration()).toMap())
        .containsEntry("execution.state-recovery.ignore-unclaimed-state", "true");
    assertThat(checkpoint(false).settings(true, PLAIN, false, new Configuration()).toMap())
        .doesNotContainKey("execution.state-recovery.ignore-unclaimed-state");
  }

  @Test
  void positionsOfHistory_areLeftBehind_whereTheJobReadsNone() {
    RestoredState state = new RestoredState("file:///chk-7", 256, false, false, Set.of("backfill"));
    assertThat(state.settings(true, PLAIN, false, new Configuration()).toMap())
        .containsEntry("execution.state-recovery.ignore-unclaimed-state", "true");
    assertThat(state.settings(true, PLAIN, true, new Configuration()).toMap())
        .doesNotContainKey("execution.state-recovery.ignore-unclaimed-state");
  }

  /** The kept savepoint, with some bytes of its metadata replaced by as many others. */
  private static String changed(Path folder, String from, String to) throws IOException {
    byte[] metadata =
        Files.readAllBytes(Path.of("src/test/resources/savepoints/before-confirmations/_metadata"));
    String text = new String(metadata, ISO_8859_1);
    assertThat(text).contains(from);
    Files.write(folder.resolve("_metadata"), text.replace(from, to).getBytes(ISO_8859_1));
    return folder.toUri().toString();
  }

  @Test
  void serializerFormOfALaterRelease_isRefused_beforeTheStart(@TempDir Path folder)
      throws IOException {
    String name = "io.countermachine.job.state.CountersSerializerSnapshot\0\0\0";
    String savepoint = changed(folder, name + '\1', name + 'c');
    assertThatThrownBy(() -> RestoredState.read(savepoint))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining(savepoint)
        .hasMessageContaining("counters in the restored state were written in form 99")
        .hasMessageContaining("start the release that wrote it");
  }

  @Test
  void serializerThatThisReleaseDoesNotHave_isRefused_beforeTheStart(@TempDir Path folder)
      throws IOException {
    String savepoint =
        changed(
            folder,
            "io.countermachine.job.state.CountersSerializerSnapshot",
            "io.countermachine.job.state.CountersSerializerOfLater_");
    assertThatThrownBy(() -> RestoredState.read(savepoint))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("cannot be restored by this release")
        .hasMessageContaining("CountersSerializerOfLater_");
  }

  @Test
  void formOfALaterFlink_isRefused_beforeTheStart(@TempDir Path folder) throws IOException {
    // The header of keyed state: its version, whether it is compressed, and the key's serializer,
    // with a version of its own.
    String rest =
        "\0\0\0\0\2\0Torg.apache.flink.api.common.typeutils.base.StringSerializer$StringSerializerSnapshot";
    String savepoint = changed(folder, "\0\0\0\6" + rest, "\0\0\0c" + rest);
    assertThatThrownBy(() -> RestoredState.read(savepoint))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("cannot be restored by this release")
        .hasMessageContaining("99");
  }

  @Test
  void folderWithoutMetadata_isNamed(@TempDir Path empty) {
    assertThatThrownBy(() -> RestoredState.read(empty.toUri().toString()))
        .isInstanceOf(IOException.class)
        .hasMessageContaining(empty.getFileName().toString());
  }

  @Test
  void state_keepsItsMaxParallelism_whateverIsConfigured() {
    assertThat(settings(checkpoint(false), false, Map.of("pipeline.max-parallelism", "512")))
        .containsEntry("pipeline.max-parallelism", "256");
  }

  @Test
  void ownCheckpoint_isClaimed_unlessConfiguredOtherwise() {
    assertThat(settings(checkpoint(false), true, Map.of()))
        .containsEntry(CLAIM, "CLAIM")
        .containsEntry("execution.state-recovery.path", "file:///chk-7");
    assertThat(settings(checkpoint(false), true, Map.of(CLAIM, "NO_CLAIM")))
        .doesNotContainKey(CLAIM);
  }

  @Test
  void namedCheckpoint_isNotClaimed() {
    assertThat(settings(checkpoint(false), false, Map.of()))
        .doesNotContainKeys(CLAIM, "execution.state-recovery.path");
  }

  @Test
  void savepoint_isNeverClaimed_whateverIsConfigured() {
    RestoredState savepoint = new RestoredState("file:///savepoint-1", 4096, true, false, Set.of());
    for (boolean chosen : new boolean[] {true, false}) {
      assertThat(settings(savepoint, chosen, Map.of(CLAIM, "CLAIM")))
          .containsEntry(CLAIM, "NO_CLAIM");
      // Neither Flink's default nor this setting deletes it.
      assertThat(settings(savepoint, chosen, Map.of())).doesNotContainKey(CLAIM);
      assertThat(settings(savepoint, chosen, Map.of(CLAIM, "LEGACY"))).doesNotContainKey(CLAIM);
    }
  }

  @Test
  void eventsInFlight_askForTheSameCatalog_besideOtherParameters() {
    Configuration configured =
        Configuration.fromMap(Map.of("pipeline.global-job-parameters", "a:b"));
    assertThat(
            checkpoint(true)
                .settings(true, PLAIN, false, configured)
                .get(PipelineOptions.GLOBAL_JOB_PARAMETERS))
        .isEqualTo(Map.of("a", "b", "counter-machine.same-catalog", "true"));
  }
}
