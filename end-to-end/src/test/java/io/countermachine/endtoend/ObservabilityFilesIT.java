package io.countermachine.endtoend;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.countermachine.local.process.Installation;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.yaml.snakeyaml.Yaml;

/** Checks Prometheus' files with its own tool, and the required texts of every alert. */
class ObservabilityFilesIT {
  private static final int LIMIT_MINUTES = 2;

  @TempDir private Path folder;

  @Test
  void configuration_isValid() throws Exception {
    promtool("check", "config", Prometheus.file("prometheus.yml"));
  }

  @Test
  void rules_areValid() throws Exception {
    promtool("check", "rules", Prometheus.file("alerts.yml"));
  }

  @Test
  void rules_fireWhenTheyShould_andOnlyThen() throws Exception {
    promtool("test", "rules", Prometheus.file("alerts.test.yml"));
  }

  private void promtool(String verb, String what, Path file) throws Exception {
    assumeTrue(
        Prometheus.isInstalled("promtool"),
        "promtool is not on the PATH, so Prometheus' files are not checked; install Debian's"
            + " package prometheus, or Prometheus' own release");
    Path output = folder.resolve("promtool.txt");
    Process process =
        new ProcessBuilder("promtool", verb, what, file.toString())
            .redirectErrorStream(true)
            .redirectOutput(output.toFile())
            .start();
    assertThat(process.waitFor(LIMIT_MINUTES, TimeUnit.MINUTES)).as("promtool ends").isTrue();
    assertThat(process.exitValue()).as("%s", Files.readString(output)).isZero();
  }

  @Test
  void everyAlert_isTestedToFire_andNotToFire() throws IOException {
    List<String> firing = new ArrayList<>();
    List<String> silent = new ArrayList<>();
    for (Map<?, ?> test : list(load("alerts.test.yml").get("tests"))) {
      for (Map<?, ?> alert : list(test.get("alert_rule_test"))) {
        String name = (String) alert.get("alertname");
        (list(alert.get("exp_alerts")).isEmpty() ? silent : firing).add(name);
      }
    }
    assertThat(new TreeSet<>(firing)).containsExactlyElementsOf(new TreeSet<>(alerts()));
    assertThat(new TreeSet<>(silent)).containsExactlyElementsOf(new TreeSet<>(alerts()));
  }

  @Test
  void everyAlert_hasItsSectionInTheRunbook() throws IOException {
    List<String> headings =
        Files.readAllLines(Installation.root().resolve("docs/runbook.md")).stream()
            .filter(line -> line.startsWith("## CounterMachine"))
            .map(line -> line.substring("## ".length()))
            .toList();
    assertThat(headings).containsExactlyInAnyOrderElementsOf(alerts());
    for (Map<?, ?> rule : rules()) {
      if (rule.get("alert") instanceof String name) {
        assertThat(((Map<?, ?>) rule.get("annotations")).get("runbook"))
            .isEqualTo("docs/runbook.md#" + name.toLowerCase(Locale.ROOT));
      }
    }
  }

  private static List<String> alerts() throws IOException {
    List<String> alerts = new ArrayList<>();
    for (Map<?, ?> rule : rules()) {
      if (rule.get("alert") instanceof String name) {
        alerts.add(name);
      }
    }
    assertThat(alerts).isNotEmpty();
    return alerts;
  }

  private static List<Map<?, ?>> rules() throws IOException {
    List<Map<?, ?>> rules = new ArrayList<>();
    for (Map<?, ?> group : list(load("alerts.yml").get("groups"))) {
      rules.addAll(list(group.get("rules")));
    }
    return rules;
  }

  private static Map<?, ?> load(String name) throws IOException {
    return new Yaml().load(Files.readString(Prometheus.file(name)));
  }

  /** A list of maps in a YAML file; empty if there is none. */
  private static List<Map<?, ?>> list(Object value) {
    List<Map<?, ?>> maps = new ArrayList<>();
    if (value instanceof List<?> items) {
      items.forEach(item -> maps.add((Map<?, ?>) item));
    }
    return maps;
  }
}
