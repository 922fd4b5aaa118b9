package io.countermachine.local;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.countermachine.catalog.CatalogLoader;
import org.junit.jupiter.api.Test;

class InputAccountTest {
  private final InputAccount account =
      new InputAccount(
          CatalogLoader.parse(
              "c.yaml",
              """
              events: {play: {}, like: {}}
              groups: {song: {key: [songId], counts: [play, like]}}
              """));

  private void send(int times, String event) {
    for (int i = 0; i < times; i++) {
      int number = account.sent(2 * account.events() + 1, event.getBytes(UTF_8));
      account.at(number, 100 + number);
    }
  }

  private static String named(String name) {
    return "{\"songId\":\"s\",\"eventName\":\"%s\",\"eventTs\":1}".formatted(name);
  }

  private void reject(int event, String reason, String detail) {
    account.deadLetter(
        new DeadLetterRecord(reason, detail, LocalStack.TOPIC, 0, 100 + event, "", new byte[0]));
  }

  @Test
  void mistypedName_isToldWithTheRightOne_andThatNothingWasCounted() {
    send(20, named("Play"));

    assertThat(account.told(0))
        .containsExactly(
            "20 read: 0 counted, 20 ignored (unknown name \"Play\"; did you mean play?),"
                + " 0 dead letters",
            "WARNING: nothing was counted");
  }

  @Test
  void nameIsRead_whereTheCatalogHasIt() {
    InputAccount placed =
        new InputAccount(
            CatalogLoader.parse(
                "c.yaml",
                """
                fields: {eventName: meta.type}
                groups: {song: {key: [songId], counts: [play]}}
                """));
    placed.sent(1, "{\"eventName\":\"x\",\"meta\":{\"type\":\"play\"}}".getBytes(UTF_8));
    placed.sent(2, "{\"meta\":{\"type\":\"pley\"}}".getBytes(UTF_8));
    assertThat(placed.told(0))
        .containsExactly(
            "2 read: 1 counted, 1 ignored (unknown name \"pley\"; did you mean play?),"
                + " 0 dead letters");
  }

  @Test
  void nameThatStandsElsewhere_isFoundWhereTheCatalogSays() {
    InputAccount nested =
        new InputAccount(
            CatalogLoader.parse(
                "c.yaml",
                """
                fields: {eventName: meta.type}
                events: {play: {}}
                groups: {song: {key: [songId], counts: [play]}}
                """));
    for (String event :
        new String[] {
          "{\"eventName\":\"other\",\"meta\":{\"x\":[1],\"type\":\"play\"},\"songId\":\"s\"}",
          "{\"meta\":{\"x\":{\"type\":1},\"type\":\"pley\"},\"songId\":\"s\"}"
        }) {
      nested.at(nested.sent(1, event.getBytes(UTF_8)), nested.events());
    }

    assertThat(nested.told(0))
        .containsExactly(
            "2 read: 1 counted, 1 ignored (unknown name \"pley\"; did you mean play?),"
                + " 0 dead letters");
  }

  @Test
  void severalNames_areToldTheMostFrequentFirst() {
    send(2, named("pley"));
    send(1_500, named("purchase"));
    send(3, named("like"));

    assertThat(account.told(0))
        .containsExactly(
            "1,505 read: 3 counted, 1,502 ignored (unknown names: 1,500 \"purchase\", known are"
                + " play, like; 2 \"pley\", did you mean play?), 0 dead letters");
  }

  @Test
  void deadLetters_areToldByTheirLineInTheFile_theFirstOfThem() {
    send(3, named("play"));
    send(6, "no event");
    send(1, named("Play"));
    for (int event = 3; event < 9; event++) {
      reject(event, "malformed", "not \u001b[2Ja JSON object");
    }

    assertThat(account.deadLetters()).isEqualTo(6);
    assertThat(account.told(1))
        .startsWith(
            "10 read: 2 counted, 1 ignored (unknown name \"Play\"; did you mean play?),"
                + " 1 duplicates, 6 dead letters",
            "  line 7: malformed: not ?[2Ja JSON object")
        .hasSize(7)
        .endsWith("  line 15: malformed: not ?[2Ja JSON object", "  … and 1 more");
  }

  @Test
  void deadLetterOfAnUnknownName_isNoIgnoredEvent_andOthersLettersAreNotThisFiles() {
    send(1, named("Play") + "}");
    reject(0, "malformed", "more behind the object");
    reject(0, "malformed", "more behind the object");
    reject(7, "malformed", "sent by another");

    assertThat(account.told(0))
        .containsExactly(
            "1 read: 0 counted, 0 ignored, 1 dead letters",
            "  line 1: malformed: more behind the object",
            "WARNING: nothing was counted");
  }

  @Test
  void emptyFile_isTold() {
    assertThat(account.told(0))
        .containsExactly(
            "0 read: 0 counted, 0 ignored, 0 dead letters",
            "WARNING: nothing was counted: the file has no events");
  }
}
