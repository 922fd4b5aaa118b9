package io.countermachine.local.torture;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.countermachine.catalog.CatalogLoader;
import io.countermachine.local.Recomputation;
import io.countermachine.local.torture.Comparison.Difference;
import io.countermachine.local.torture.Comparison.Kind;
import io.countermachine.local.torture.Comparison.Result;
import io.countermachine.local.torture.Items.Item;
import io.countermachine.local.torture.Truth.Place;
import io.countermachine.local.torture.Truth.Sent;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** A check that could not fail would prove nothing. */
class ComparisonTest {
  private static final String CATALOG =
      """
      timestamps: {unit: seconds, maxAhead: 1m}
      events: {view: {}, like: {}}
      intervals: [lifetime]
      groups:
        user: {key: [userId], counts: [view, like]}
        post: {key: [postId], counts: [view], retain: 1d, intervals: [1h]}
      """;

  private static final long SENT = 1_707_605_600_000L;
  private static final Recomputation.Key ANN = new Recomputation.Key("user", "ann");
  private static final Recomputation.Key BOB = new Recomputation.Key("user", "bob");
  private static final Place BROKEN = new Place(0, 4);
  private static final byte[] BROKEN_LINE = "not an event".getBytes(UTF_8);

  private final List<Sent> events = new ArrayList<>();
  private final Map<Recomputation.Key, Item> items = new HashMap<>();
  private final List<DeadLetters> letters = new ArrayList<>();

  /** Ann views at 1, 2 and 4 s and likes at 3 s; Bob views at 5 s; and something is no event. */
  ComparisonTest() {
    sendEvent(0, "view", "ann", 1);
    sendEvent(1, "view", "ann", 2);
    sendEvent(2, "like", "ann", 3);
    sendEvent(3, "view", "ann", 4);
    events.add(new Sent(BROKEN, SENT + 4, BROKEN_LINE));
    sendEvent(5, "view", "bob", 5);
    items.put(ANN, item(4, 3, 1));
    items.put(BOB, item(5, 1, 0));
    letters.add(new DeadLetters(BROKEN, "malformed", BROKEN_LINE));
  }

  private void sendEvent(long offset, String name, String user, long second) {
    String line =
        "{\"eventName\":\"%s\",\"eventTs\":%d,\"userId\":\"%s\"}".formatted(name, second, user);
    events.add(new Sent(new Place(0, offset), SENT + offset, line.getBytes(UTF_8)));
  }

  private static Item item(long second, double views, double likes) {
    return new Item(
        second * 1_000,
        false,
        Map.of("view", Map.of("lifetime", views), "like", Map.of("lifetime", likes)));
  }

  private Result compare() {
    Truth truth = new Truth(CatalogLoader.parse("test", CATALOG), events, (group, place) -> true);
    return Comparison.compare(truth, items, letters);
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
    // Of the views at 1, 2 and 4 s the one at 2 s is missing: no state that was ever right.
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
    // As it was after the first three events.
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
            false,
            Map.of("view", Map.of("lifetime", 1.0), "share", Map.of("lifetime", 1.0))));
    assertThat(onlyDifference().kind()).isEqualTo(Kind.DOUBLE);
  }

  @Test
  void intervalTooMany_isFound_thoughItSaysNothing() {
    items.put(
        BOB,
        new Item(
            5_000,
            false,
            Map.of("view", Map.of("lifetime", 1.0, "1h", 0.0), "like", Map.of("lifetime", 0.0))));
    assertThat(onlyDifference().kind()).isEqualTo(Kind.DOUBLE);
    assertThat(onlyDifference().what()).startsWith("user bob: ");
  }

  @Test
  void intervalTooFew_isFound() {
    items.put(BOB, new Item(5_000, false, Map.of("view", Map.of())));
    assertThat(onlyDifference().kind()).isEqualTo(Kind.LOST);
  }

  @Test
  void expiry_isFound_whereTheGroupIsKeptForEver() {
    items.put(BOB, new Item(5_000, true, Map.of("view", Map.of("lifetime", 1.0))));
    assertThat(onlyDifference().kind()).isEqualTo(Kind.DOUBLE);
    assertThat(onlyDifference().what()).startsWith("user bob: ");
  }

  @Test
  void missingExpiry_isFound_whereTheGroupIsNot() {
    Recomputation.Key post = new Recomputation.Key("post", "p");
    String line = "{\"eventName\":\"view\",\"eventTs\":6,\"postId\":\"p\"}";
    events.add(new Sent(new Place(0, 6), SENT + 6, line.getBytes(UTF_8)));
    items.put(post, new Item(6_000, true, Map.of("view", Map.of("1h", 1.0))));
    assertThat(compare().differences()).isEmpty();

    items.put(post, new Item(6_000, false, Map.of("view", Map.of("1h", 1.0))));
    assertThat(onlyDifference().kind()).isEqualTo(Kind.LOST);
    assertThat(onlyDifference().what()).startsWith("post p: ");
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
    letters.add(new DeadLetters(new Place(0, 1), "no_group", new byte[0]));
    Difference difference = onlyDifference();
    assertThat(difference.kind()).isEqualTo(Kind.DOUBLE);
    assertThat(difference.what()).contains("offset=1", "no_group");
  }

  @Test
  void deadLetterForAnotherReason_isFoundAndNamed() {
    letters.set(0, new DeadLetters(BROKEN, "bad_key", BROKEN_LINE));
    assertThat(onlyDifference().what()).contains("offset=4", "bad_key", "malformed");
  }

  @Test
  void deadLetterWithOtherBytes_isFound() {
    letters.set(0, new DeadLetters(BROKEN, "malformed", new byte[] {1}));
    assertThat(onlyDifference().what()).contains("offset=4", "bytes");
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
    Truth truth =
        new Truth(
            CatalogLoader.parse("test", CATALOG), events, (group, place) -> place.offset() >= 5);
    items.remove(ANN);
    assertThat(Comparison.compare(truth, items, letters).differences()).isEmpty();
  }
}
