package io.countermachine.console;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.json.JsonMapper;

class SessionTopicsTest {
  @Test
  void topics_areThoseThatEventsAreEmittedTo() {
    String catalog =
        """
        {"rules": {"topic": "rules"},
         "events": {
           "view": {"verb": null},
           "skip": {"verb": {"kind": "without", "emit": null}},
           "visit": {"verb": {"kind": "session", "emit": "sessions"}},
           "run": {"verb": {"kind": "session", "emit": null}},
           "stay": {"verb": {"kind": "session", "emit": "stays"}}}}""";
    assertThat(SessionTopics.topics(new JsonMapper().readTree(catalog)))
        .isEqualTo(Map.of("visit", "sessions", "stay", "stays"));
    assertThat(SessionTopics.topics(new JsonMapper().readTree("{}"))).isEmpty();
  }
}
