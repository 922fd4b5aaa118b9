package io.countermachine.catalog.yaml;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.countermachine.catalog.Catalog;
import io.countermachine.catalog.Rules;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The lists of a catalog, and which events they block. */
class RulesTest {
  private static Catalog catalog(String rules, String view) {
    return CatalogLoader.parse(
        "c.yaml",
        """
        rules: %s
        events: {view: %s, like: {}, long: {of: view, unless: spam}}
        groups: {g: {key: [userId], counts: [view, like, long]}}
        """
            .formatted(rules, view));
  }

  @Test
  void lists_blockTheEventsThatNameThem() {
    Catalog catalog =
        catalog("{topic: my.rules, lists: {bots: userId, spam: postId}}", "{unless: [bots, spam]}");
    Rules rules = catalog.rules().orElseThrow();
    assertThat(rules.topic()).isEqualTo("my.rules");
    assertThat(rules.lists()).isEqualTo(Map.of("bots", "userId", "spam", "postId"));
    assertThat(rules.unless("view")).isEqualTo(List.of("bots", "spam"));
    assertThat(rules.unless("like")).isEmpty();
    assertThat(rules.unless("long")).isEqualTo(List.of("spam"));
    assertThat(CatalogCheck.warnings(catalog)).isEmpty();
  }

  @Test
  void topic_needsNoLists() {
    Catalog catalog =
        CatalogLoader.parse(
            "c.yaml", "rules: {topic: rules}\ngroups: {g: {key: [userId], counts: [view]}}");
    assertThat(catalog.rules().orElseThrow().lists()).isEmpty();
  }

  @Test
  void listThatBlocksNothing_isWarnedOf() {
    assertThat(
            CatalogCheck.warnings(catalog("{topic: r, lists: {bots: userId, spam: postId}}", "{}")))
        .containsExactly(
            "list bots blocks no event; add it where one is to be left out, such as view: {unless: [bots]}");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '#',
      value = {
        "{lists: {spam: postId}} # {} # 1 # \"rules\" needs \"topic\"",
        "{topic: a b, lists: {spam: postId}} # {} # 1 # topic \"a b\" has a bad name; expected 1 to 249 letters, digits, ., _ and -",
        "{topic: r, list: {}, lists: {spam: postId}} # {} # 1 # unknown key \"list\" in \"rules\"; did you mean \"lists\"?",
        "{topic: r, lists: {spam: postId, a|b: userId}} # {} # 1 # list \"a|b\" has a bad name; expected 1 to 255 letters, digits, _ and -",
        "{topic: r, lists: {spam: post.id}} # {} # 1 # the list's field \"post.id\" has a dot; give it a plain name and define its place in the record, fields: {postId: post.id}, and then lists: {spam: postId}",
        "{topic: r, lists: {spam: eventTs}} # {} # 1 # the list's field cannot be \"eventTs\", which is reserved",
        "{topic: r, lists: {spam: [postId]}} # {} # 1 # \"spam\" is a list, expected a text",
        "{topic: r, lists: {spam: postId}} # {unless: spams} # 2 # unknown list \"spams\" in \"unless\" of event \"view\"; did you mean \"spam\"?",
        "{topic: r, lists: {spam: postId}} # {unless: {}} # 2 # \"unless\" is a mapping, expected a text",
      })
  void fault_isNamedAtItsLine_withACure(String rules, String view, int line, String fault) {
    CatalogException invalid =
        catchThrowableOfType(CatalogException.class, () -> catalog(rules, view));
    assertThat(invalid).as("the catalog should be invalid").isNotNull();
    assertThat(invalid.faults()).contains("c.yaml:%d: %s".formatted(line, fault));
  }

  @Test
  void unlessOfAVerb_isTold_whereItBelongs() {
    CatalogException invalid =
        catchThrowableOfType(
            CatalogException.class,
            () ->
                catalog(
                    "{topic: r, lists: {spam: postId}}",
                    "{}, x: {of: view, without: like, by: [userId], within: 5m, unless: spam}"));
    assertThat(invalid.faults())
        .contains(
            "c.yaml:2: event \"x\" has unless beside without; it is made from others: put unless at these");
  }
}
