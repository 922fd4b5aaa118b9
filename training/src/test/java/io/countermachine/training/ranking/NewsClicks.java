package io.countermachine.training.ranking;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.BufferedWriter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.stream.Stream;

/**
 * Makes events and requests of the clicks of a news site, as Globo.com published them: {@code
 * clicks_hour_000.csv} and so on, a line for each click.
 *
 * <p>A request is a reader at an article who goes on to another: the candidates are the one that
 * was clicked, and others that anybody clicked within the hour before and that this session has not
 * had.
 */
public final class NewsClicks {
  private static final long HOUR = 3_600_000;
  private static final long SEED = 20_171_001;
  private static final ObjectMapper JSON = new ObjectMapper();

  private NewsClicks() {}

  /**
   * Which clicks become requests.
   *
   * @param fromMillis the first instant; what is before is history alone
   * @param splitMillis requests from here on are for the test
   * @param untilMillis the end
   * @param every one click in so many becomes a request, drawn at random
   * @param others how many candidates there are besides the one that was clicked
   */
  record Sampling(long fromMillis, long splitMillis, long untilMillis, int every, int others) {}

  record Click(
      long millis,
      String user,
      String session,
      String article,
      String device,
      String region,
      String referrer) {}

  /** What was written. */
  record Counts(long events, long train, long test) {}

  /** Arguments: the folder of the clicks, and the folder for events and requests. */
  public static void main(String[] arguments) throws IOException {
    if (arguments.length != 2) {
      System.err.println("usage: NewsClicks CLICKS_FOLDER OUTPUT_FOLDER");
      System.exit(2);
    }
    Sampling sampling =
        new Sampling(
            Instant.parse("2017-10-09T00:00:00Z").toEpochMilli(),
            Instant.parse("2017-10-13T00:00:00Z").toEpochMilli(),
            Instant.parse("2017-10-17T00:00:00Z").toEpochMilli(),
            40,
            50);
    Counts counts = convert(Path.of(arguments[0]), Path.of(arguments[1]), sampling);
    System.out.printf(
        "%,d events, %,d requests to train with, %,d to test with%n",
        counts.events(), counts.train(), counts.test());
  }

  /** Writes {@code events.jsonl}, {@code train.jsonl} and {@code test.jsonl}. */
  static Counts convert(Path clicks, Path output, Sampling sampling) throws IOException {
    Files.createDirectories(output);
    SplittableRandom random = new SplittableRandom(SEED);
    RecentArticles recent = new RecentArticles(HOUR);
    Map<String, String> previous = new HashMap<>();
    Map<String, Set<String>> seen = new HashMap<>();
    long[] written = new long[3];
    try (BufferedWriter events = Files.newBufferedWriter(output.resolve("events.jsonl"));
        BufferedWriter train = Files.newBufferedWriter(output.resolve("train.jsonl"));
        BufferedWriter test = Files.newBufferedWriter(output.resolve("test.jsonl"))) {
      for (Click click : read(clicks)) {
        String at = previous.put(click.session(), click.article());
        Set<String> had = seen.computeIfAbsent(click.session(), session -> new HashSet<>());
        written[0]++;
        write(events, event(click, at));
        recent.advance(click.millis());
        boolean isRequest =
            at != null
                && click.millis() >= sampling.fromMillis()
                && click.millis() < sampling.untilMillis()
                && random.nextInt(sampling.every()) == 0;
        if (isRequest && had.add(click.article())) {
          List<String> others = recent.draw(sampling.others(), had, random);
          if (!others.isEmpty()) {
            boolean isTest = click.millis() >= sampling.splitMillis();
            written[isTest ? 2 : 1]++;
            write(isTest ? test : train, request(click, at, others));
          }
        }
        had.add(click.article());
        recent.add(click.article(), click.millis());
      }
    }
    return new Counts(written[0], written[1], written[2]);
  }

  private static void write(BufferedWriter file, ObjectNode line) throws IOException {
    file.write(line.toString());
    file.newLine();
  }

  /** What an event and a request have in common; the field of the previous article may lack. */
  private static ObjectNode context(Click click, String previous) {
    ObjectNode context =
        JSON.createObjectNode()
            .put("userId", click.user())
            .put("device", click.device())
            .put("region", click.region())
            .put("referrer", click.referrer());
    if (previous != null) {
      context.put("previousId", previous);
    }
    return context;
  }

  private static ObjectNode event(Click click, String previous) {
    ObjectNode event =
        JSON.createObjectNode().put("eventName", "click").put("eventTs", click.millis());
    event.setAll(context(click, previous));
    return event.put("articleId", click.article());
  }

  private static ObjectNode request(Click click, String previous, List<String> others) {
    ObjectNode request = JSON.createObjectNode().put("asOf", click.millis());
    request.set("context", context(click, previous));
    ArrayNode candidates = request.putArray("candidates");
    candidates.addObject().put("articleId", click.article());
    others.forEach(article -> candidates.addObject().put("articleId", article));
    return request;
  }

  /** All clicks of a folder, in the order of time. */
  private static List<Click> read(Path folder) throws IOException {
    List<Path> files;
    try (Stream<Path> listed = Files.list(folder)) {
      files = listed.filter(file -> file.toString().endsWith(".csv")).sorted().toList();
    }
    if (files.isEmpty()) {
      throw new IllegalArgumentException(
          "%s: expected files such as clicks_hour_000.csv".formatted(folder));
    }
    List<Click> clicks = new ArrayList<>();
    Map<String, String> texts = new HashMap<>();
    for (Path file : files) {
      try (Stream<String> lines = Files.lines(file)) {
        List<String> all = lines.toList();
        List<String> columns = Arrays.asList(all.get(0).split(",", -1));
        for (String line : all.subList(1, all.size())) {
          clicks.add(click(line.split(",", -1), columns, texts));
        }
      }
    }
    clicks.sort(Comparator.comparingLong(Click::millis));
    return clicks;
  }

  private static Click click(String[] cells, List<String> columns, Map<String, String> texts) {
    // Equal texts are one object: there are millions of clicks.
    String[] values =
        Stream.of(
                "user_id",
                "session_id",
                "click_article_id",
                "click_deviceGroup",
                "click_region",
                "click_referrer_type")
            .map(column -> cells[columns.indexOf(column)])
            .map(text -> texts.computeIfAbsent(text, same -> same))
            .toArray(String[]::new);
    return new Click(
        Long.parseLong(cells[columns.indexOf("click_timestamp")]),
        values[0],
        values[1],
        values[2],
        values[3],
        values[4],
        values[5]);
  }
}
