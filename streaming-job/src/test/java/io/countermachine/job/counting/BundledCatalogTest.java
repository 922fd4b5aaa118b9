package io.countermachine.job.counting;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.countermachine.catalog.Catalog;
import io.countermachine.catalog.Group;
import io.countermachine.catalog.yaml.CatalogLoader;
import io.countermachine.job.config.CatalogText;
import io.countermachine.local.traffic.TrafficGenerator;
import io.countermachine.local.verification.ExpectedValues.Entry;
import io.countermachine.local.verification.Recomputation;
import io.countermachine.measure.Form;
import io.countermachine.measure.ItemValues;
import io.countermachine.measure.LabelValue;
import io.countermachine.measure.Output;
import io.countermachine.measure.TimedEntry;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.apache.flink.runtime.state.hashmap.HashMapStateBackend;
import org.junit.jupiter.api.Test;

/** The demo's traffic, counted with the demo's catalog: each value of every key. */
class BundledCatalogTest {
  private static final long MINUTE = 1_707_605_640_000L;
  private static final int EVENTS = 4_000;

  private final Set<String> kinds = new TreeSet<>();

  @Test
  void everyValue_isAsRecomputed() throws Exception {
    CatalogText text = new CatalogText(CatalogLoader.BUNDLED, CatalogLoader.bundledText());
    Catalog catalog = text.catalog();
    TrafficGenerator traffic = new TrafficGenerator(catalog, 7);
    Recomputation recomputation = new Recomputation(catalog);
    // Repeated lines are dropped before the sums.
    Set<String> seen = new HashSet<>();
    try (JobHarness job = new JobHarness(text, new HashMapStateBackend(), null)) {
      for (int i = 0; i < EVENTS; i++) {
        byte[] line = traffic.next(MINUTE + i * 10L);
        recomputation.add(line, MINUTE + i * 10L);
        if (seen.add(new String(line, UTF_8))) {
          job.send(line, MINUTE + i * 10L);
        }
        if (i % 500 == 499) {
          job.flush();
        }
      }
      // A day later, every skip is decided and every visit is over.
      job.eventTime(MINUTE / 1_000 + 86_400);
      job.flush();
      for (Recomputation.Key key : recomputation.keys()) {
        Group group = catalog.group(key.group()).orElseThrow();
        ItemValues values = job.values(key.group(), key.key());
        for (int output = 0; output < group.itemSchema().outputs().size(); output++) {
          check(recomputation, key, group, values, output);
        }
      }
    }
    assertThat(kinds)
        .contains("COUNT", "SUM", "MOMENTS", "BINS", "HISTOGRAM")
        .contains("UNIQUES", "LIST", "FIRST", "LAST", "MIN", "MAX");
  }

  private void check(
      Recomputation recomputation,
      Recomputation.Key key,
      Group group,
      ItemValues values,
      int index) {
    Output output = group.itemSchema().output(index);
    long asOf = values.lastUpdateMillis() + 7_000;
    String what = "%s of %s".formatted(output.name(), key);
    if (!output.form().hasIntervals()) {
      List<Entry> expected = recomputation.entries(key, output, asOf);
      List<TimedEntry> found = values.entries(index, asOf);
      assertThat(found).as(what).hasSameSizeAs(expected);
      for (int i = 0; i < found.size(); i++) {
        Entry right = expected.get(i);
        assertThat(found.get(i))
            .as(what)
            .isEqualTo(new TimedEntry(right.atMillis(), right.fields().toArray()));
      }
      kinds.addAll(found.isEmpty() ? List.of() : List.of(output.kind().id()));
      return;
    }
    for (int interval = 0; interval < group.schema().intervals().size(); interval++) {
      if (!group.itemSchema().has(index, interval)) {
        continue;
      }
      if (output.form() == Form.LABELS) {
        Map<String, Double> labels = new LinkedHashMap<>();
        for (LabelValue label : values.labels(index, interval, asOf)) {
          labels.put(label.label(), label.value());
        }
        assertThat(
                recomputation.labelsFault(
                    key, output, group.schema().intervals().get(interval), asOf, labels))
            .as(what)
            .isEmpty();
        kinds.addAll(labels.isEmpty() ? List.of() : List.of(output.kind().id()));
      } else {
        double found = values.value(index, interval, asOf);
        assertThat(
                recomputation
                    .number(key, output, group.schema().intervals().get(interval), asOf)
                    .contains(found))
            .as("%s.%s is %s", what, group.schema().intervals().get(interval).label(), found)
            .isTrue();
        kinds.addAll(found > 0 ? List.of(output.kind().id()) : List.of());
      }
    }
  }
}
