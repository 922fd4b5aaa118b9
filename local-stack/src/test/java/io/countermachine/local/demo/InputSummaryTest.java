package io.countermachine.local.demo;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.countermachine.catalog.yaml.CatalogLoader;
import io.countermachine.local.deadletters.DeadLetterRecord;
import io.countermachine.local.process.Topics;
import io.countermachine.local.traffic.ExampleKey;
import java.net.URI;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;

class InputSummaryTest {
  private static final OptionalLong NO_DUPLICATES = OptionalLong.of(0);

  /** 22:53:20 UTC of 2024-02-10. */
  private static final Clock CLOCK =
      Clock.fixed(Instant.ofEpochMilli(1_707_605_600_000L), ZoneOffset.UTC);

  private final InputSummary account =
      new InputSummary(
          CatalogLoader.parse(
              "c.yaml",
              """
              events: {play: {}, like: {}}
              groups: {song: {key: [songId], counts: [play, like]}}
              """),
          CLOCK);

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
        new DeadLetterRecord(reason, detail, Topics.EVENTS, 0, 100 + event, "", new byte[0]));
  }

  @Test
  void mistypedName_isToldWithTheRightOne_andThatNothingWasCounted() {
    send(20, named("Play"));

    assertThat(account.lines(NO_DUPLICATES, OptionalLong.of(0)))
        .containsExactly(
            "20 read: 0 counted, 20 ignored (unknown name \"Play\"; did you mean play?),"
                + " 0 dead letters",
            "WARNING: nothing was counted");
  }

  @Test
  void nameIsRead_whereTheCatalogHasIt() {
    InputSummary placed =
        new InputSummary(
            CatalogLoader.parse(
                "c.yaml",
                """
                fields: {eventName: meta.type}
                groups: {song: {key: [songId], counts: [play]}}
                """),
            CLOCK);
    placed.sent(1, "{\"eventName\":\"x\",\"meta\":{\"type\":\"play\"}}".getBytes(UTF_8));
    placed.sent(2, "{\"meta\":{\"type\":\"pley\"}}".getBytes(UTF_8));
    assertThat(placed.lines(NO_DUPLICATES, OptionalLong.of(0)))
        .containsExactly(
            "2 read: 1 counted, 1 ignored (unknown name \"pley\"; did you mean play?),"
                + " 0 dead letters");
  }

  @Test
  void nameThatStandsElsewhere_isFoundWhereTheCatalogSays() {
    InputSummary nested =
        new InputSummary(
            CatalogLoader.parse(
                "c.yaml",
                """
                fields: {eventName: meta.type}
                events: {play: {}}
                groups: {song: {key: [songId], counts: [play]}}
                """),
            CLOCK);
    for (String event :
        new String[] {
          "{\"eventName\":\"other\",\"meta\":{\"x\":[1],\"type\":\"play\"},\"songId\":\"s\"}",
          "{\"meta\":{\"x\":{\"type\":1},\"type\":\"pley\"},\"songId\":\"s\"}"
        }) {
      nested.at(nested.sent(1, event.getBytes(UTF_8)), nested.events());
    }

    assertThat(nested.lines(NO_DUPLICATES, OptionalLong.of(0)))
        .containsExactly(
            "2 read: 1 counted, 1 ignored (unknown name \"pley\"; did you mean play?),"
                + " 0 dead letters");
  }

  @Test
  void severalNames_areToldTheMostFrequentFirst() {
    send(2, named("pley"));
    send(1_500, named("purchase"));
    send(3, named("like"));

    assertThat(account.lines(NO_DUPLICATES, OptionalLong.of(0)))
        .containsExactly(
            "1,505 read: 3 counted, 1,502 ignored (unknown names: 1,500 \"purchase\", known:"
                + " play, like; 2 \"pley\", did you mean play?), 0 dead letters");
  }

  @Test
  void deadLetters_areToldByTheirLineInTheFile_theFirstOfThem() {
    send(3, named("play"));
    send(6, "no event");
    send(1, named("Play"));
    for (int event = 3; event < 9; event++) {
      reject(event, event < 8 ? "malformed" : "empty", "not \u001b[2Ja JSON object");
    }

    assertThat(account.deadLetters()).isEqualTo(6);
    assertThat(account.lines(OptionalLong.of(1), OptionalLong.of(0)))
        .startsWith(
            "10 read: 2 counted, 1 ignored (unknown name \"Play\"; did you mean play?),"
                + " 1 duplicate, 6 dead letters",
            "  line 7: malformed: not ?[2Ja JSON object")
        .hasSize(7)
        .endsWith(
            "  line 15: malformed: not ?[2Ja JSON object",
            "  … and 1 more; by reason: 5 malformed, 1 empty");
  }

  @Test
  void deadLetterOfAnUnknownName_isNoIgnoredEvent_andOthersLettersAreNotThisFiles() {
    send(1, named("Play") + "}");
    reject(0, "malformed", "more behind the object");
    reject(0, "malformed", "more behind the object");
    reject(7, "malformed", "sent by another");

    assertThat(account.lines(NO_DUPLICATES, OptionalLong.of(0)))
        .containsExactly(
            "1 read: 0 counted, 0 ignored, 1 dead letter",
            "  line 1: malformed: more behind the object",
            "WARNING: nothing was counted");
  }

  @Test
  void emptyFile_isTold() {
    assertThat(account.lines(NO_DUPLICATES, OptionalLong.of(0)))
        .containsExactly(
            "0 read: 0 counted, 0 ignored, 0 dead letters",
            "WARNING: nothing was counted: the file has no events");
  }

  private static InputSummary of(String timestamps) {
    return new InputSummary(
        CatalogLoader.parse(
            "c.yaml",
            "timestamps: %s\ngroups: {song: {key: [songId], counts: [play]}}"
                .formatted(timestamps)),
        CLOCK);
  }

  private static void send(InputSummary account, String eventTs) {
    String event = "{\"eventName\":\"play\",\"songId\":\"s\",\"eventTs\":%s}".formatted(eventTs);
    account.at(account.sent(1, event.getBytes(UTF_8)), account.events());
  }

  @Test
  void secondsUnderMilliseconds_areWarnedOf_withTheSettingThatTakesThem() {
    InputSummary seconds = of("{unit: milliseconds}");
    send(seconds, "1707605599");
    send(seconds, "1707605600");
    send(seconds, "1707605600000");

    assertThat(seconds.lines(NO_DUPLICATES, OptionalLong.of(0)))
        .containsExactly(
            "3 read: 3 counted, 0 ignored, 0 dead letters",
            "WARNING: 2 of 3 events have an eventTs that looks like seconds, but the catalog says"
                + " timestamps: {unit: milliseconds}; they count as of January 1970, or are dead"
                + " letters where there is a maxBehind: set timestamps: {unit: seconds}");
  }

  @Test
  void timestampsOfTheUnit_andTexts_areNotWarnedOf() {
    InputSummary seconds = of("{unit: seconds}");
    send(seconds, "1707605599");
    send(seconds, "1");
    send(seconds, "123456789012345678901234567890");
    InputSummary instants = of("{unit: iso8601}");
    send(instants, "\"2024-02-10T22:53:19Z\"");
    send(instants, "1707605599");

    assertThat(seconds.lines(NO_DUPLICATES, OptionalLong.of(0))).hasSize(1);
    assertThat(instants.lines(NO_DUPLICATES, OptionalLong.of(0))).hasSize(1);
  }

  @Test
  void duplicatesOfARestartedJob_areToldToBeUnknown() {
    send(2, named("play"));

    assertThat(account.lines(OptionalLong.empty(), OptionalLong.of(0)))
        .containsExactly(
            "2 read: at most 2 counted, 0 ignored, an unknown number of duplicates (the job was"
                + " restarted meanwhile), 0 dead letters");
  }

  @Test
  void exampleKey_isOfTheFirstEventThatWasCounted() {
    InputSummary pairs =
        new InputSummary(
            CatalogLoader.parse(
                "c.yaml",
                """
                fields: {userId: {at: user.id, absent: [none]}}
                groups:
                  liked: {key: [postId], counts: [like]}
                  pair: {key: [userId, postId], counts: [view]}
                """),
            CLOCK);
    String[] events = {
      "{\"eventName\":\"unknown\",\"user\":{\"id\":1},\"postId\":\"a\"}",
      "{\"eventName\":\"view\",\"user\":{\"id\":\"none\"},\"postId\":\"b\"}",
      "{\"eventName\":\"view\",\"user\":{\"id\":\"u 1\"},\"postId\":\"c\"}",
      "{\"eventName\":\"view\",\"user\":{\"id\":2},\"postId\":\"dead\"}",
      "{\"eventName\":\"view\",\"user\":{\"id\":3},\"postId\":[\"d\",\"e\"]}",
      "{\"eventName\":\"view\",\"user\":{\"id\":4},\"postId\":\"f\"}"
    };
    for (String event : events) {
      int number = pairs.sent(1, event.getBytes(UTF_8));
      pairs.at(number, number);
    }
    pairs.deadLetter(
        new DeadLetterRecord("bad_timestamp", "", Topics.EVENTS, 0, 3, "", new byte[0]));

    ExampleKey key = pairs.countedKey().orElseThrow();
    assertThat(key.curl(URI.create("http://localhost:8080")))
        .isEqualTo("curl -s 'http://localhost:8080/v1/groups/pair/3%7Cd'");
    assertThat(key.show(List.of("--catalog", "c.yaml")))
        .isEqualTo("./counter-machine show pair 3 d --catalog c.yaml");
  }

  @Test
  void exampleKey_isMissing_whereNothingWasCounted() {
    send(1, named("Play"));
    assertThat(account.countedKey()).isEmpty();
  }

  @Test
  void blockedEvents_areTold_andAreNotCounted() {
    send(5, named("play"));
    assertThat(account.lines(NO_DUPLICATES, OptionalLong.of(2)))
        .containsExactly("5 read: 3 counted, 0 ignored, 2 blocked, 0 dead letters");
    assertThat(account.lines(NO_DUPLICATES, OptionalLong.empty()))
        .containsExactly(
            "5 read: at most 5 counted, 0 ignored, an unknown number blocked (the job was restarted"
                + " meanwhile), 0 dead letters");
  }

  @Test
  void fieldThatNoEventHas_isWarnedOf_whereAnotherIsNear() {
    InputSummary mistyped =
        new InputSummary(
            CatalogLoader.parse(
                "c.yaml",
                """
                fields: {eventName: type, userId: actor.id, itemId: item.ID}
                events: {watch: {}}
                groups:
                  user: {key: [userId], counts: [watch], lists: {recent: {of: watch, fields: [userID]}}}
                  item:
                    key: [itemId]
                    counts: [watch]
                    uniques: {watchers: {of: watch, by: userid}}
                    lasts: {country: {of: watch, field: country}}
                """),
            CLOCK);
    mistyped.sent(
        1, "{\"type\":\"watch\",\"actor\":{\"id\":1},\"item\":{\"id\":2}}".getBytes(UTF_8));
    mistyped.sent(2, "{\"type\":\"watch\",\"actor\":{\"id\":1}}".getBytes(UTF_8));

    assertThat(mistyped.lines(NO_DUPLICATES, OptionalLong.of(0)))
        .containsExactly(
            "2 read: 2 counted, 0 ignored, 0 dead letters",
            "WARNING: no event has \"item.ID\" (itemId), which the catalog names; did you mean"
                + " item.id?",
            "WARNING: no event has userID, which the catalog names; did you mean userId?",
            "WARNING: no event has userid, which the catalog names; did you mean userId?");
  }

  @Test
  void fieldThatStandsElsewhere_isWarnedOf_withItsPlace() {
    InputSummary elsewhere =
        new InputSummary(
            CatalogLoader.parse(
                "c.yaml",
                """
                fields: {itemId: 'item\\.id'}
                events: {watch: {}}
                groups:
                  user: {key: [userId], counts: [watch]}
                  item: {key: [itemId], counts: [watch]}
                """),
            CLOCK);
    elsewhere.sent(
        1, "{\"eventName\":\"watch\",\"meta\":{\"userId\":1},\"item\":{\"id\":2}}".getBytes(UTF_8));

    assertThat(elsewhere.lines(NO_DUPLICATES, OptionalLong.of(0)))
        .contains(
            "WARNING: no event has userId, which the catalog names; did you mean meta.userId?",
            "WARNING: no event has \"item\\.id\" (itemId), which the catalog names; did you mean"
                + " item.id?");
  }

  @Test
  void fieldThatSomeEventHas_isNotWarnedOf() {
    InputSummary some =
        new InputSummary(
            CatalogLoader.parse(
                "c.yaml",
                """
                events: {play: {}}
                groups:
                  song: {key: [songId], counts: [play]}
                  singer: {key: [singerId], counts: [play]}
                """),
            CLOCK);
    some.sent(1, "{\"eventName\":\"play\",\"songId\":\"s\",\"singerID\":1}".getBytes(UTF_8));
    some.sent(2, "{\"eventName\":\"play\",\"songId\":\"s\",\"singerId\":1}".getBytes(UTF_8));

    assertThat(some.lines(NO_DUPLICATES, OptionalLong.of(0)))
        .containsExactly("2 read: 2 counted, 0 ignored, 0 dead letters");
  }
}
