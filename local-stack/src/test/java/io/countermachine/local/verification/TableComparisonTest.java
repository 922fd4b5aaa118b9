package io.countermachine.local.verification;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.countermachine.catalog.yaml.CatalogLoader;
import io.countermachine.local.verification.ExpectedState.Place;
import io.countermachine.local.verification.ExpectedState.Sent;
import io.countermachine.local.verification.TableComparison.Difference;
import io.countermachine.local.verification.TableComparison.Kind;
import io.countermachine.local.verification.TableComparison.Result;
import io.countermachine.local.verification.TableItems.Item;
import io.countermachine.local.verification.TopicRecords.DeadLetter;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.Test;

/** Checks that the comparison detects faults, because one that cannot fail proves nothing. */
class TableComparisonTest {
  private static final String CATALOG =
      """
      timestamps: {unit: seconds, maxAhead: 1m}
      events: {view: {}, like: {}}
      intervals: [lifetime]
      groups:
        user: {key: [userId], counts: [view, like]}
        post: {key: [postId], counts: [view], retain: 1d, intervals: [1h]}
      """;

  private static final String TOPIC = "events";
  private static final long SENT = 1_707_605_600_000L;
  private static final Recomputation.Key ANN = new Recomputation.Key("user", "ann");
  private static final Recomputation.Key BOB = new Recomputation.Key("user", "bob");
  private static final Place BROKEN = new Place(TOPIC, 0, 4);
  private static final byte[] BROKEN_LINE = "not an event".getBytes(UTF_8);

  private static final Recomputation.Key POST = new Recomputation.Key("post", "p");
  private static final Duration DAY = Duration.ofDays(1);

  private Instant now = Instant.ofEpochMilli(SENT + 10_000);
  private final List<Sent> events = new ArrayList<>();
  private final Map<Recomputation.Key, Item> items = new HashMap<>();
  private final List<DeadLetter> letters = new ArrayList<>();

  /** Ann views at 1, 2 and 4 s and likes at 3 s. Bob views at 5 s. One record is not an event. */
  TableComparisonTest() {
    sendEvent(0, "view", "ann", 1);
    sendEvent(1, "view", "ann", 2);
    sendEvent(2, "like", "ann", 3);
    sendEvent(3, "view", "ann", 4);
    events.add(new Sent(BROKEN, SENT + 4, SENT + 4, BROKEN_LINE));
    sendEvent(5, "view", "bob", 5);
    items.put(ANN, item(4, 3, 1));
    items.put(BOB, item(5, 1, 0));
    letters.add(letter(BROKEN, "malformed", BROKEN_LINE));
  }

  private void sendEvent(long offset, String name, String user, long second) {
    String line =
        "{\"eventName\":\"%s\",\"eventTs\":%d,\"userId\":\"%s\"}".formatted(name, second, user);
    events.add(
        new Sent(new Place(TOPIC, 0, offset), SENT + offset, SENT + offset, line.getBytes(UTF_8)));
  }

  private static DeadLetter letter(Place source, String reason, byte[] value) {
    return new DeadLetter(source, reason, SENT + source.offset(), SENT + source.offset(), value);
  }

  private static Item item(long second, double views, double likes) {
    return new Item(
        second * 1_000,
        Optional.empty(),
        Map.of("view", Map.of("lifetime", views), "like", Map.of("lifetime", likes)));
  }

  private Result compare() {
    return compare(new JobHistory(CatalogLoader.parse("test", CATALOG), Set.of(TOPIC)));
  }

  private Result compare(JobHistory history) {
    return TableComparison.compare(new ExpectedState(history, events), items, letters, now);
  }

  private Difference onlyDifference() {
    assertThat(compare().differences()).hasSize(1);
    return compare().differences().get(0);
  }

  @Test
  void comparison_findsNothing_whenTableIsTheSum() {
    Result result = compare();
    assertThat(result.differences()).isEmpty();
    assertThat(result.items()).isEqualTo(2);
    assertThat(result.events()).isEqualTo(6);
    assertThat(result.deadLetters()).isEqualTo(1);
  }

  @Test
  void comparison_allowsOnlyRounding() {
    items.put(ANN, item(4, 3 * (1 + 1e-10), 1));
    assertThat(compare().differences()).isEmpty();
    items.put(ANN, item(4, 3 * (1 + 1e-8), 1));
    assertThat(onlyDifference().kind()).isEqualTo(Kind.DOUBLE);
  }

  @Test
  void lostEvent_isFoundAndNamed() {
    // Of the views at 1, 2 and 4 s, the one at 2 s is missing: this was never a right state.
    items.put(ANN, item(4, 2, 1));
    Difference difference = onlyDifference();
    assertThat(difference.kind()).isEqualTo(Kind.LOST);
    assertThat(difference.what()).startsWith("user ann: ");
    assertThat(difference.sentMillis()).isEqualTo(SENT + 3);
  }

  @Test
  void doubledEvent_isFoundAndNamed() {
    items.put(ANN, item(4, 3, 2));
    Difference difference = onlyDifference();
    assertThat(difference.kind()).isEqualTo(Kind.DOUBLE);
    assertThat(difference.what()).startsWith("user ann: ");
  }

  @Test
  void staleItem_isFoundAndNamed() {
    // The state after the first three events.
    items.put(ANN, item(3, 2, 1));
    Difference difference = onlyDifference();
    assertThat(difference.kind()).isEqualTo(Kind.STALE);
    assertThat(difference.what()).startsWith("user ann: ");
  }

  @Test
  void wrongInstant_isFound_thoughEveryValueIsRight() {
    items.put(ANN, item(5, 3, 1));
    assertThat(onlyDifference().what()).startsWith("user ann: ");
  }

  @Test
  void missingKey_isFoundAndNamed() {
    items.remove(BOB);
    Difference difference = onlyDifference();
    assertThat(difference.kind()).isEqualTo(Kind.LOST);
    assertThat(difference.what()).startsWith("user bob: no item");
  }

  @Test
  void keyTooMany_isFoundAndNamed() {
    items.put(new Recomputation.Key("user", "eve"), item(1, 1, 0));
    Difference difference = onlyDifference();
    assertThat(difference.kind()).isEqualTo(Kind.DOUBLE);
    assertThat(difference.what()).startsWith("user eve: no event has this key");
  }

  @Test
  void measureTooMany_isFound() {
    items.put(
        BOB,
        new Item(
            5_000,
            Optional.empty(),
            Map.of("view", Map.of("lifetime", 1.0), "share", Map.of("lifetime", 1.0))));
    assertThat(onlyDifference().kind()).isEqualTo(Kind.DOUBLE);
  }

  @Test
  void intervalTooMany_isFound_thoughItSaysNothing() {
    items.put(
        BOB,
        new Item(
            5_000,
            Optional.empty(),
            Map.of("view", Map.of("lifetime", 1.0, "1h", 0.0), "like", Map.of("lifetime", 0.0))));
    assertThat(onlyDifference().kind()).isEqualTo(Kind.DOUBLE);
    assertThat(onlyDifference().what()).startsWith("user bob: ");
  }

  @Test
  void intervalTooFew_isFound() {
    items.put(BOB, new Item(5_000, Optional.empty(), Map.of("view", Map.of())));
    assertThat(onlyDifference().kind()).isEqualTo(Kind.LOST);
  }

  @Test
  void expiry_isFound_whereTheGroupIsKeptForEver() {
    items.put(BOB, new Item(5_000, Optional.of(now), Map.of("view", Map.of("lifetime", 1.0))));
    assertThat(onlyDifference().kind()).isEqualTo(Kind.DOUBLE);
    assertThat(onlyDifference().what()).startsWith("user bob: ");
  }

  private void viewPost(long offset, long second, long sentMillis) {
    String line = "{\"eventName\":\"view\",\"eventTs\":%d,\"postId\":\"p\"}".formatted(second);
    events.add(new Sent(new Place(TOPIC, 0, offset), sentMillis, sentMillis, line.getBytes(UTF_8)));
  }

  private void storePost(long second, Instant expiresAt, double views) {
    items.put(
        POST,
        new Item(
            second * 1_000, Optional.ofNullable(expiresAt), Map.of("view", Map.of("1h", views))));
  }

  @Test
  void expiry_isFound_whereItIsMissingOrTooSoonOrTooLate() {
    viewPost(6, 6, SENT);
    Instant sent = Instant.ofEpochMilli(SENT);
    storePost(6, sent.plus(DAY), 1);
    assertThat(compare().differences()).isEmpty();

    storePost(6, null, 1);
    assertThat(onlyDifference().kind()).isEqualTo(Kind.LOST);
    assertThat(onlyDifference().what()).startsWith("post p: ");
    storePost(6, sent.plus(DAY).minusSeconds(1), 1);
    assertThat(onlyDifference().kind()).isEqualTo(Kind.LOST);
    storePost(6, now.plus(DAY).plusSeconds(60), 1);
    assertThat(onlyDifference().kind()).isEqualTo(Kind.DOUBLE);
    assertThat(onlyDifference().what()).startsWith("post p: the item is kept until");
  }

  @Test
  void itemThatIsGone_mayBeThereOrNot_untilItsTimeItMustBe() {
    viewPost(6, 6, SENT);
    now = Instant.ofEpochMilli(SENT).plus(DAY);
    assertThat(onlyDifference().kind()).isEqualTo(Kind.LOST);
    now = now.plusMillis(1);
    assertThat(compare().differences()).isEmpty();
    storePost(6, Instant.ofEpochMilli(SENT).plus(DAY), 1);
    assertThat(compare().differences()).isEmpty();
  }

  @Test
  void counters_beginAgain_whenTheItemIsGone() {
    long retained = DAY.toMillis();
    viewPost(6, 6, SENT);
    viewPost(7, 6, SENT + retained);
    viewPost(8, 5, SENT + 2 * retained + 1);
    now = Instant.ofEpochMilli(SENT + 2 * retained + 1);
    storePost(5, now.plus(DAY), 1);
    assertThat(compare().differences()).isEmpty();
    storePost(6, now.plus(DAY), 2 + Math.exp(-1.0 / 3_600));
    assertThat(onlyDifference().kind()).isEqualTo(Kind.DOUBLE);
  }

  @Test
  void retain_isThatOfTheCatalogThatCountedTheEventBefore() {
    JobHistory history = new JobHistory(CatalogLoader.parse("test", CATALOG), Set.of(TOPIC));
    viewPost(6, 6, SENT);
    history.goesOn(
        CatalogLoader.parse("test", CATALOG.replace("retain: 1d", "retain: 1m")),
        Set.of(TOPIC),
        Map.of(new TopicPartition(TOPIC, 0), 7L));
    viewPost(7, 6, SENT + 61_000);
    viewPost(8, 6, SENT + 61_000 + 60_001);
    now = Instant.ofEpochMilli(SENT + 130_000);
    storePost(6, now.plusSeconds(60), 1);
    assertThat(compare(history).differences()).isEmpty();
    // The second view was counted while the first one's item still existed.
    events.remove(events.size() - 1);
    storePost(6, now.plusSeconds(60), 2);
    assertThat(compare(history).differences()).isEmpty();
  }

  @Test
  void missingDeadLetter_isFoundAndNamed() {
    letters.clear();
    Difference difference = onlyDifference();
    assertThat(difference.kind()).isEqualTo(Kind.LOST);
    assertThat(difference.what()).contains("offset=4", "no dead letter", "malformed");
  }

  @Test
  void deadLetterOfAnEventThatCounts_isFoundAndNamed() {
    letters.add(letter(new Place(TOPIC, 0, 1), "no_group", new byte[0]));
    Difference difference = onlyDifference();
    assertThat(difference.kind()).isEqualTo(Kind.DOUBLE);
    assertThat(difference.what()).contains("offset=1", "no_group");
  }

  @Test
  void deadLetterForAnotherReason_isFoundAndNamed() {
    letters.set(0, letter(BROKEN, "bad_key", BROKEN_LINE));
    assertThat(onlyDifference().what()).contains("offset=4", "bad_key", "malformed");
  }

  @Test
  void deadLetterWithOtherBytes_isFound() {
    letters.set(0, letter(BROKEN, "malformed", new byte[] {1}));
    assertThat(onlyDifference().what()).contains("offset=4", "bytes");
  }

  @Test
  void deadLetterWithAnotherTimestampOrHeader_isFound() {
    letters.set(0, new DeadLetter(BROKEN, "malformed", SENT + 4, SENT, BROKEN_LINE));
    assertThat(onlyDifference().what()).contains("offset=4", "timestamp");
    letters.set(0, new DeadLetter(BROKEN, "malformed", SENT, SENT + 4, BROKEN_LINE));
    assertThat(onlyDifference().what()).contains("offset=4", "header");
  }

  @Test
  void deadLetterThatComesTwice_isCountedApart_andIsNoDifference() {
    letters.add(letters.get(0));
    Result result = compare();
    assertThat(result.differences()).isEmpty();
    assertThat(result.deadLetters()).isEqualTo(1);
    assertThat(result.repeatedLetters()).isEqualTo(1);
  }

  @Test
  void addedGroup_isComparedFromWhereItBegan() {
    String without = CATALOG.replace("user:", "other:");
    JobHistory history = new JobHistory(CatalogLoader.parse("test", without), Set.of(TOPIC));
    history.goesOn(
        CatalogLoader.parse("test", CATALOG),
        Set.of(TOPIC),
        Map.of(new TopicPartition(TOPIC, 0), 5L));
    items.remove(ANN);
    assertThat(compare(history).differences()).isEmpty();
  }

  @Test
  void topic_isComparedAsLongAsItIsRead() {
    JobHistory history = new JobHistory(CatalogLoader.parse("test", CATALOG), Set.of(TOPIC));
    history.goesOn(
        CatalogLoader.parse("test", CATALOG),
        Set.of("other"),
        Map.of(new TopicPartition(TOPIC, 0), 5L));
    // Bob's view came after that, in the topic that is no longer read.
    Difference difference = compare(history).differences().get(0);
    assertThat(difference.what()).startsWith("user bob: no event has this key");
    items.remove(BOB);
    assertThat(compare(history).differences()).isEmpty();
  }
}
