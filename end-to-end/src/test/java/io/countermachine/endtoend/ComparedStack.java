package io.countermachine.endtoend;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.countermachine.catalog.Feature;
import io.countermachine.catalog.Group;
import io.countermachine.local.verification.ExpectedValues.Entry;
import io.countermachine.local.verification.ExpectedValues.Range;
import io.countermachine.local.verification.Recomputation;
import io.countermachine.local.verification.StoredEntry;
import io.countermachine.measure.Form;
import io.countermachine.measure.Interval;
import io.countermachine.measure.Output;
import java.io.IOException;
import java.math.BigDecimal;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.function.BiFunction;
import java.util.function.Function;

/** The whole machine, together with the recomputation of what it is sent. */
final class ComparedStack implements AutoCloseable {
  /**
   * Less than the gap of a session. An event that is later could belong to a session that was
   * already dropped.
   */
  private static final int LATE_SECONDS = 25 * 60;

  private static final int CANDIDATES = 50;

  private final RunningStack running;
  private final Recomputation expected;

  private ComparedStack(RunningStack running) {
    this.running = running;
    this.expected = new Recomputation(running.catalog());
  }

  static ComparedStack start(Path folder, String catalogYaml) throws IOException {
    return new ComparedStack(RunningStack.start(folder, catalogYaml));
  }

  RunningStack running() {
    return running;
  }

  Recomputation expected() {
    return expected;
  }

  /** Creates the text of a record. */
  interface EventSource {
    String line(Random random, long seconds, String id);
  }

  /** A line, and its position in the order of sending. */
  private record Line(long order, String text) {}

  /** Events of some hours, in the order of their instants except for late ones. Some come twice. */
  static List<byte[]> events(
      long seed, long fromSeconds, int hours, int events, EventSource source) {
    Random random = new Random(seed);
    List<Line> lines = new ArrayList<>();
    for (int i = 0; i < events; i++) {
      long time = fromSeconds + random.nextInt(hours * 3_600);
      long late = random.nextInt(4) == 0 ? random.nextInt(LATE_SECONDS) : 0;
      String line = source.line(random, time, seed + "-" + i);
      lines.add(new Line(time + late, line));
      if (random.nextInt(20) == 0) {
        lines.add(new Line(time + late + random.nextInt(LATE_SECONDS), line));
      }
    }
    lines.sort(Comparator.comparingLong(Line::order));
    return lines.stream().map(line -> line.text().getBytes(UTF_8)).toList();
  }

  /** Sends events, waits until they are readable, and compares the number of dead letters. */
  void ingest(List<byte[]> lines) {
    long now = System.currentTimeMillis();
    lines.forEach(line -> expected.add(line, now));
    assertThat(running.ingest(lines)).isEqualTo(expected.deadLetters().size());
  }

  /** Receives the response for one key. */
  interface ResultCheck {
    void check(Group group, Recomputation.Key key, JsonNode result);
  }

  /**
   * Requests features of every key of every group.
   *
   * @param names the features of a group to request
   * @param candidate creates the candidate for a key of a group
   */
  void askForEveryKey(
      long asOf,
      Function<Group, List<String>> names,
      BiFunction<Group, String, ObjectNode> candidate,
      ResultCheck check) {
    for (Group group : running.catalog().groups()) {
      List<Recomputation.Key> keys =
          expected.keys().stream().filter(key -> key.group().equals(group.name())).toList();
      assertThat(keys).isNotEmpty();
      for (int first = 0; first < keys.size(); first += CANDIDATES) {
        List<Recomputation.Key> some =
            keys.subList(first, Math.min(keys.size(), first + CANDIDATES));
        ArrayNode candidates = JsonNodeFactory.instance.arrayNode();
        some.forEach(key -> candidates.add(candidate.apply(group, key.key())));
        JsonNode answer = running.ask(names.apply(group), candidates, asOf);
        for (int i = 0; i < some.size(); i++) {
          check.check(group, some.get(i), answer.path("results").path(i));
        }
      }
    }
  }

  /** What is wrong with the value of a stored feature; empty if it is right. */
  Optional<String> storedFault(
      Group group, Recomputation.Key key, Feature feature, long asOf, JsonNode value) {
    return storedFault(expected, group, key, feature, asOf, value);
  }

  /** What is wrong with the value of a stored feature, according to any recomputation. */
  static Optional<String> storedFault(
      Recomputation expected,
      Group group,
      Recomputation.Key key,
      Feature feature,
      long asOf,
      JsonNode value) {
    Feature.Stored stored = (Feature.Stored) feature.origin();
    Output output = group.itemSchema().output(stored.output());
    String what = "%s of %s at %d: %s".formatted(feature.name(), key, asOf, value);
    if (output.form() == Form.LIST || output.form() == Form.SCALAR) {
      List<Entry> right = expected.entries(key, output, asOf);
      return areEntries(output, value, right)
          ? Optional.empty()
          : Optional.of("%s, expected %s".formatted(what, right));
    }
    Interval interval = group.schema().intervals().get(stored.interval());
    if (output.form() == Form.LABELS) {
      Map<String, Double> labels = new LinkedHashMap<>();
      value
          .fields()
          .forEachRemaining(each -> labels.put(each.getKey(), each.getValue().asDouble()));
      return expected
          .labelsFault(key, output, interval, asOf, labels)
          .map(fault -> what + ", " + fault);
    }
    Range range = expected.number(key, output, interval, asOf);
    return range.contains(value.isNumber() ? value.asDouble() : Double.NaN)
        ? Optional.empty()
        : Optional.of("%s, expected %s".formatted(what, range));
  }

  /**
   * For a list, compares its entries. For a first or a last, compares the value of its only entry.
   */
  private static boolean areEntries(Output output, JsonNode value, List<Entry> right) {
    List<String> names = output.kind().fields();
    List<StoredEntry> found = new ArrayList<>();
    if (output.form() == Form.LIST) {
      if (!value.isArray()) {
        return false;
      }
      value.forEach(entry -> found.add(entry(entry)));
    } else if (!value.isNull()) {
      long atMillis = right.isEmpty() ? 0 : right.get(0).atMillis();
      found.add(new StoredEntry(atMillis, Map.of(names.get(0), scalar(value))));
    }
    return StoredEntry.areAll(found, right, names);
  }

  private static StoredEntry entry(JsonNode entry) {
    Map<String, Object> fields = new HashMap<>();
    entry.fields().forEachRemaining(each -> fields.put(each.getKey(), scalar(each.getValue())));
    BigDecimal atMillis = (BigDecimal) fields.remove("at");
    return new StoredEntry(atMillis.longValueExact(), fields);
  }

  private static Object scalar(JsonNode value) {
    assertThat(value.isNumber() || value.isTextual()).as("%s", value).isTrue();
    return value.isNumber() ? value.decimalValue() : value.textValue();
  }

  @Override
  public void close() {
    running.close();
  }
}
