package io.countermachine.training.ranking;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.countermachine.local.cli.LocalCommand;
import io.countermachine.training.TrainingCommand;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Made-up clicks in the published form; what is expected was worked out by hand. */
class NewsClicksTest {
  private static final long T = 1_507_500_000_000L;
  private static final long HOUR = 3_600_000;
  private static final String HEADER =
      "user_id,session_id,session_start,session_size,click_article_id,click_timestamp,click_environment,click_deviceGroup,click_os,click_country,click_region,click_referrer_type\n";

  @TempDir private Path folder;

  private static String click(String user, String session, String article, long millis) {
    return "%s,%s,0,2,%s,%d,4,3,20,1,r%s,5\n".formatted(user, session, article, millis, user);
  }

  /**
   * Readers 1 and 2 go from a to b and back in the wrong order of files; reader 3 comes when all
   * others have gone for more than an hour.
   */
  @BeforeEach
  void writeClicks() throws IOException {
    Path clicks = Files.createDirectories(folder.resolve("clicks"));
    Files.writeString(
        clicks.resolve("clicks_hour_000.csv"),
        HEADER
            + click("2", "s2", "b", T + 1_000)
            + click("2", "s2", "a", T + 3_000)
            + click("1", "s1", "a", T));
    Files.writeString(
        clicks.resolve("clicks_hour_001.csv"),
        HEADER
            + click("3", "s3", "d", T + 3 * HOUR)
            + click("3", "s3", "a", T + 3 * HOUR + 1)
            + click("1", "s1", "c", T + 2_000)
            + click("4", "s4", "a", T + 2_500)
            + click("4", "s4", "c", T + 2_600));
    Files.writeString(clicks.resolve("clicks_hour_002.csv"), HEADER);
  }

  private NewsClicks.Counts convert() throws IOException {
    return NewsClicks.convert(
        folder.resolve("clicks"),
        folder,
        new NewsClicks.Sampling(T, T + 3_000, T + 4 * HOUR, 1, 1));
  }

  private List<JsonNode> lines(String file) throws IOException {
    List<JsonNode> lines = new ArrayList<>();
    for (String line : Files.readAllLines(folder.resolve(file))) {
      lines.add(new ObjectMapper().readTree(line));
    }
    return lines;
  }

  @Test
  void clicks_becomeEventsInTheOrderOfTime_withTheArticleBefore() throws IOException {
    assertThat(convert()).isEqualTo(new NewsClicks.Counts(8, 2, 1));
    List<JsonNode> events = lines("events.jsonl");
    assertThat(events.stream().map(event -> event.path("eventTs").asLong() - T))
        .containsExactly(0L, 1_000L, 2_000L, 2_500L, 2_600L, 3_000L, 3 * HOUR, 3 * HOUR + 1);
    assertThat(events.get(0).toString())
        .isEqualTo(
            "{\"eventName\":\"click\",\"eventTs\":%d,\"userId\":\"1\",\"device\":\"3\",\"region\":\"r1\",\"referrer\":\"5\",\"articleId\":\"a\"}"
                .formatted(T));
    assertThat(events.get(2).path("previousId").asText()).isEqualTo("a");
  }

  @Test
  void request_hasTheClickedArticle_andOneOfTheHourThatTheSessionHasNotHad() throws IOException {
    convert();
    // Reader 1 at T + 2 s had a, so that b alone is left; so it is for reader 4.
    assertThat(lines("train.jsonl").stream().map(JsonNode::toString))
        .containsExactly(
            "{\"asOf\":%d,\"context\":{\"userId\":\"1\",\"device\":\"3\",\"region\":\"r1\",\"referrer\":\"5\",\"previousId\":\"a\"},\"candidates\":[{\"articleId\":\"c\"},{\"articleId\":\"b\"}]}"
                .formatted(T + 2_000),
            "{\"asOf\":%d,\"context\":{\"userId\":\"4\",\"device\":\"3\",\"region\":\"r4\",\"referrer\":\"5\",\"previousId\":\"a\"},\"candidates\":[{\"articleId\":\"c\"},{\"articleId\":\"b\"}]}"
                .formatted(T + 2_600));
    // Three hours later nobody else's click is within the hour, so there is no request.
    List<JsonNode> test = lines("test.jsonl");
    assertThat(test).hasSize(1);
    assertThat(test.get(0).path("candidates").toString())
        .isEqualTo("[{\"articleId\":\"a\"},{\"articleId\":\"c\"}]");
  }

  @Test
  void rowsOfTheSample_haveTheCountsOfPaper() throws Exception {
    convert();
    Path rows = folder.resolve("rows.parquet");
    ByteArrayOutputStream said = new ByteArrayOutputStream();
    PrintStream print = new PrintStream(said, true, UTF_8);
    Path catalog = Path.of(NewsClicksTest.class.getResource("/ranking/news.yaml").toURI());
    assertThat(
            LocalCommand.execute(
                new TrainingCommand(),
                print,
                print,
                "--catalog",
                catalog.toString(),
                "--events",
                folder.resolve("events.jsonl").toString(),
                "--requests",
                folder.resolve("train.jsonl").toString(),
                "--set",
                "news",
                "--label",
                "clicked=click:within=1s:by=userId,articleId",
                "--out",
                rows.toString(),
                "--parallelism",
                "1"))
        .as(said.toString(UTF_8))
        .isZero();

    RankingRows read = RankingRows.read(rows, "clicked");
    assertThat(read.requests()).isEqualTo(2);
    assertThat(read.leftOut()).isZero();
    assertThat(read.chosen(1)).isEqualTo(2);
    List<String> features =
        List.of("article.click.1h", "next_article.click.lifetime", "region_article.click.7d");
    float[] values = read.values(features);
    // At T + 2.6 s article c has one click, 600 ms ago, which came from a as this one does; b has
    // one of 1.6 s ago, as the first of its session. Region r4 has clicked neither.
    assertThat(values[6]).isCloseTo((float) Math.exp(-599.0 / HOUR), within(1e-6f));
    assertThat(values[7]).isEqualTo(1);
    assertThat(values[8]).isZero();
    assertThat(values[9]).isCloseTo((float) Math.exp(-1_599.0 / HOUR), within(1e-6f));
    assertThat(values[10]).isZero();
    assertThat(values[11]).isZero();
  }
}
