package io.countermachine.service.catalog;

import static org.assertj.core.api.Assertions.assertThat;

import io.countermachine.catalog.Catalog;
import io.countermachine.catalog.yaml.CatalogLoader;
import io.countermachine.local.process.Await;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Tests which changes of a catalog file a running service applies. */
class CurrentCatalogTest {
  private static final Duration SOON = Duration.ofSeconds(30);

  private static final String TEXT =
      """
      events: {view: {}, like: {}}
      intervals: [1h, 1d]
      groups:
        post:
          key: [postId]
          counts: [view, like]
          features: {ctr: like / view}
        user: {key: [userId], counts: [view]}
      sets: {feed: [post.ctr.1h]}
      """;

  @TempDir private Path folder;
  private final SimpleMeterRegistry meters = new SimpleMeterRegistry();
  private Path file;
  private Catalog first;
  private CurrentCatalog current;

  @BeforeEach
  void start() throws IOException {
    file = Files.writeString(folder.resolve("catalog.yaml"), TEXT);
    first = CatalogLoader.load(file);
    current = new CurrentCatalog(first, Optional.of(file), Duration.ofMillis(5), meters);
  }

  @AfterEach
  void stop() {
    current.close();
  }

  /** Writes atomically, because the file may be read at any time. */
  private void write(String text) throws IOException {
    Path next = Files.writeString(folder.resolve("next"), text);
    Files.move(next, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
  }

  private double count(String outcome) {
    return meters.get("countermachine.catalog.changes").tag("outcome", outcome).counter().count();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      value = {
        "ctr: like / view; ctr: like / (view + 1)",
        "ctr: like / view; ctr: like / view, hot: log1p(like.1h)",
        "feed: [post.ctr.1h]; feed: [post.ctr.1d], other: [user.view.1h]",
        "counts: [view, like]; counts: {view: {of: view, description: seen}, like: like}",
      })
  void formulasSetsAndWords_areTakenOver(String from, String to) throws IOException {
    OfCatalog<String> hash = new OfCatalog<>(current, Catalog::hash);
    assertThat(hash.get()).isEqualTo(first.hash());
    assertThat(TEXT).contains(from);
    String changed = TEXT.replace(from, to);
    write(changed);
    Await.until("the change", SOON, () -> count("taken") == 1);
    assertThat(current.get().hash()).isEqualTo(CatalogLoader.load(file).hash());
    assertThat(hash.get()).isEqualTo(current.get().hash()).isNotEqualTo(first.hash());
    assertThat(count("refused")).isZero();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      value = {
        "ctr: like / view; ctr: like / views",
        "intervals: [1h, 1d]; intervals: [1h]",
        "counts: [view, like]; counts: [like, view]",
        "key: [userId]; key: [user]",
        "events: {view: {}; events: {share: {}, view: {}",
      })
  void whatIsInvalidOrChangesTheStructure_isRefusedOnce_andTheNextIsTaken(String from, String to)
      throws IOException {
    assertThat(TEXT).contains(from);
    write(TEXT.replace(from, to));
    Await.until("the refusal", SOON, () -> count("refused") == 1);
    assertThat(current.get()).isSameAs(first);
    write(TEXT + "# said otherwise\n");
    Await.until("the next change", SOON, () -> count("taken") == 1);
    assertThat(count("refused")).isEqualTo(1);
    assertThat(current.get().hash()).isNotEqualTo(first.hash());
  }

  @Test
  void fileThatIsGone_isRefused_andTheCatalogStays() throws IOException {
    Files.delete(file);
    Await.until("the refusal", SOON, () -> count("refused") == 1);
    assertThat(current.get()).isSameAs(first);
    write(TEXT);
    write(TEXT.replace("like / view", "view / like"));
    Await.until("the change", SOON, () -> !current.get().hash().equals(first.hash()));
  }
}
