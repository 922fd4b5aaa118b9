package io.countermachine.service;

import static org.assertj.core.api.Assertions.assertThat;

import io.countermachine.local.process.Installation;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.springframework.boot.env.YamlPropertySourceLoader;
import org.springframework.core.env.EnumerablePropertySource;
import org.springframework.core.env.PropertySource;
import org.springframework.core.io.FileSystemResource;

/**
 * Checks that every setting of the service and the console has its row in a table of docs/, with
 * its variable and default.
 */
class SettingsDocumentationTest {
  private static final String OWN = "counter-machine.";
  private static final String EMPTY = "empty";

  private static final Map<String, String> DEFAULTS = new TreeMap<>();
  private static final List<String> ROWS = new ArrayList<>();

  @BeforeAll
  static void read() throws IOException {
    for (String module : List.of("feature-service", "console")) {
      readSettings(Installation.root().resolve(module));
    }
    try (Stream<Path> docs = Files.list(Installation.root().resolve("docs"))) {
      for (Path page : docs.filter(file -> file.toString().endsWith(".md")).toList()) {
        Files.readAllLines(page).stream().filter(line -> line.startsWith("|")).forEach(ROWS::add);
      }
    }
  }

  private static void readSettings(Path module) throws IOException {
    Path file = module.resolve("src/main/resources/application.yaml");
    for (PropertySource<?> source :
        new YamlPropertySourceLoader().load("application", new FileSystemResource(file))) {
      EnumerablePropertySource<?> settings = (EnumerablePropertySource<?>) source;
      for (String name : settings.getPropertyNames()) {
        if (name.startsWith(OWN)) {
          DEFAULTS.put(name, settings.getProperty(name).toString());
        }
      }
    }
  }

  private static String variable(String setting) {
    return setting.replace("-", "").replace('.', '_').toUpperCase(Locale.ROOT);
  }

  @Test
  void everySetting_hasARow_withItsVariableAndDefault() {
    assertThat(DEFAULTS).hasSizeGreaterThan(25);
    DEFAULTS.forEach(
        (setting, value) ->
            assertThat(ROWS)
                .as("a row for %s, whose default is \"%s\"", setting, value)
                .anyMatch(
                    row ->
                        row.startsWith(
                            "| `%s` | `%s` | %s |"
                                .formatted(
                                    setting,
                                    variable(setting),
                                    value.isEmpty() ? EMPTY : "`" + value + "`"))));
  }

  @Test
  void everyRow_isOfASettingThatThereIs() {
    assertThat(
            ROWS.stream()
                .filter(row -> row.startsWith("| `" + OWN))
                .map(row -> row.substring(3, row.indexOf('`', 3)))
                .filter(name -> !name.startsWith("counter-machine.access.")))
        .isSubsetOf(DEFAULTS.keySet());
  }
}
