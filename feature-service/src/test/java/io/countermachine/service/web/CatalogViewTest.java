package io.countermachine.service.web;

import static org.assertj.core.api.Assertions.assertThat;

import io.countermachine.catalog.yaml.CatalogLoader;
import io.countermachine.service.web.CatalogController.CatalogView;
import io.countermachine.service.web.CatalogController.EventView;
import io.countermachine.service.web.CatalogController.VerbView;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class CatalogViewTest {
  private static final CatalogView VIEW =
      CatalogView.of(
          CatalogLoader.parse(
              "verbs.yaml",
              """
              lateness: 90m
              rules: {topic: rules, lists: {bots: userId}}
              events:
                view: {unless: bots}
                like: {}
                unlike: {undoes: like, by: [userId, postId], within: 30d}
                first_view: {of: view, once: [userId], within: 24h}
                skip: {of: view, where: ms > 5, without: like, by: [userId, postId], within: 5m, settle: after}
                quick: {of: view, then: [like, unlike], by: [userId], within: 60s}
                visit: {session: [view, like], by: [userId], gap: 30m, most: 12h, emit: sessions}
                run: {session: view, by: [userId, postId], gap: 1h}
                long_visit: {of: visit, where: events >= 3}
              groups: {user: {key: [userId], counts: [view, like, unlike, first_view, visit, run, long_visit, skip, quick], intervals: [1h]}}
              """));

  private static VerbView verb(String event) {
    return VIEW.events().get(event).verb();
  }

  @Test
  void events_sayTheirVerbs() {
    List<String> both = List.of("userId", "postId");
    List<String> user = List.of("userId");
    assertThat(verb("unlike"))
        .isEqualTo(new VerbView("undoes", both, List.of("like"), "30d", null, null, false, null));
    assertThat(verb("first_view"))
        .isEqualTo(new VerbView("once", user, List.of(), "1d", null, null, false, null));
    assertThat(verb("skip"))
        .isEqualTo(new VerbView("without", both, List.of("like"), "5m", null, null, true, null));
    assertThat(verb("quick"))
        .isEqualTo(
            new VerbView("then", user, List.of("like", "unlike"), "1m", null, null, false, null));
    assertThat(verb("visit"))
        .isEqualTo(
            new VerbView(
                "session", user, List.of("view", "like"), null, "30m", "12h", false, "sessions"));
    assertThat(verb("run"))
        .isEqualTo(new VerbView("session", both, List.of("view"), null, "1h", null, false, null));
    assertThat(List.of("view", "like", "long_visit")).allMatch(event -> verb(event) == null);
    assertThat(VIEW.lateness()).isEqualTo("90m");
  }

  @Test
  void events_sayWhatTheyAreMadeOf_andWhatBlocksThem() {
    assertThat(VIEW.events().get("skip").of()).isEqualTo(Map.of("view", "1"));
    assertThat(VIEW.events().get("skip").where()).isEqualTo("ms > 5");
    assertThat(VIEW.events().get("visit").of()).isEqualTo(Map.of("view", "1", "like", "1"));
    assertThat(VIEW.events().get("long_visit"))
        .isEqualTo(new EventView(null, Map.of("visit", "1"), "events >= 3", null, List.of()));
    assertThat(VIEW.events().get("view"))
        .isEqualTo(new EventView(null, Map.of(), null, null, List.of("bots")));
  }
}
