package io.countermachine.job.derive;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.countermachine.catalog.Emission;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.TreeMap;
import org.apache.flink.core.memory.DataInputDeserializer;
import org.apache.flink.core.memory.DataOutputSerializer;
import org.junit.jupiter.api.Test;

/**
 * With any order of arrival within lateness, the result is that of a batch over all events. The
 * batches are independent of the rules, on lists and in quadratic time.
 */
class RuleLawTest {
  private static final int ORDERS = 4_000;
  private static final int SPAN = 300;
  private static final int WITHIN = 20;

  /**
   * An event of the test: {@code v} is the event from which the verb derives, {@code l} the other
   * one.
   */
  private record Sent(int id, char name, long instant, String text) {
    boolean isOf() {
      return name == 'v' || name == 'b';
    }

    boolean isOther() {
      return name == 'l' || name == 'b';
    }
  }

  /** The result of a batch: the net number of each derived event. */
  private interface Batch {
    void make(List<Sent> all, Map<String, Integer> net);
  }

  @Test
  void once_endsAsTheBatch_inAnyOrder() {
    holds("v", lateness -> new OnceRule(WITHIN, lateness), false, RuleLawTest::once);
  }

  @Test
  void then_endsAsTheBatch_inAnyOrder() {
    holds("vl", lateness -> new ThenRule(WITHIN, lateness), false, RuleLawTest::then);
  }

  @Test
  void then_endsAsTheBatch_whenBothNamesAreOneEvent() {
    holds("b", lateness -> new ThenRule(WITHIN, lateness), false, RuleLawTest::then);
  }

  @Test
  void without_endsAsTheBatch_inAnyOrder() {
    holds("vl", lateness -> new WithoutRule(WITHIN, lateness), true, RuleLawTest::without);
  }

  @Test
  void without_endsAsTheBatch_whenBothNamesAreOneEvent() {
    holds("b", lateness -> new WithoutRule(WITHIN, lateness), true, RuleLawTest::without);
  }

  @Test
  void undoes_endsAsTheBatch_inAnyOrder() {
    holds("vl", lateness -> new UndoesRule(WITHIN, lateness), false, RuleLawTest::undoes);
  }

  @Test
  void sessions_endAsTheBatch_inAnyOrder() {
    holds(
        "vl",
        lateness ->
            new SessionRule(
                List.of("v", "l"), WITHIN, Long.MAX_VALUE, lateness, false, Optional.empty()),
        true,
        (all, net) -> sessions(all, Long.MAX_VALUE, net));
  }

  @Test
  void sessions_endAsTheBatch_whereTheyAreCut() {
    holds(
        "vl",
        lateness ->
            new SessionRule(List.of("v", "l"), WITHIN, 50, lateness, false, Optional.empty()),
        true,
        (all, net) -> sessions(all, 50, net));
  }

  @Test
  void settledOnce_makesEachEventOnce() {
    settled("v", new OnceRule(WITHIN, 0), RuleLawTest::once);
  }

  @Test
  void settledThen_makesEachEventOnce() {
    settled("vl", new ThenRule(WITHIN, 0), RuleLawTest::then);
    settled("b", new ThenRule(WITHIN, 0), RuleLawTest::then);
  }

  @Test
  void settledWithout_makesEachEventOnce() {
    settled("vl", new WithoutRule(WITHIN, 0), RuleLawTest::without);
    settled("b", new WithoutRule(WITHIN, 0), RuleLawTest::without);
  }

  @Test
  void settledUndoes_takesEachEventBackOnce() {
    settled("vl", new UndoesRule(WITHIN, 0), RuleLawTest::undoes);
  }

  @Test
  void settledSessions_areMadeOnce() {
    for (long most : List.of(50L, Long.MAX_VALUE)) {
      settles(
          "vl",
          lateness ->
              new SessionRule(List.of("v", "l"), WITHIN, most, lateness, true, Optional.empty()),
          (all, net) -> sessions(all, most, net));
    }
  }

  @Test
  void topic_endsWithTheBatchsSessions_whateverWentOutBefore() {
    List<Emission> emissions =
        List.of(
            new Emission("t"),
            new Emission("t", Optional.of(Duration.ofMillis(7)), 0),
            new Emission("t", Optional.empty(), 3));
    int[] open = new int[emissions.size()];
    Random random = new Random(27);
    for (int order = 0; order < ORDERS; order++) {
      long lateness = List.of(0L, 5L, 50L, (long) SPAN).get(random.nextInt(4));
      long most = random.nextBoolean() ? 50 : Long.MAX_VALUE;
      List<Sent> all = events(random, "vl");
      List<Sent> arrival = within(lateness, all, random);
      Map<String, Integer> expected = new TreeMap<>();
      sessions(all, most, expected);
      for (int i = 0; i < open.length; i++) {
        Topic topic = new Topic();
        VerbRule<?> rule =
            new SessionRule(
                List.of("v", "l"), WITHIN, most, lateness, false, Optional.of(emissions.get(i)));
        run(rule, arrival, true, topic);
        topic.counters.net().values().removeIf(n -> n == 0);
        assertThat(topic.counters.net()).isEqualTo(expected);
        Map<String, Integer> standing = new TreeMap<>();
        topic.standing.values().forEach(session -> standing.merge(told(session), 1, Integer::sum));
        assertThat(standing)
            .as("%s, order %d, lateness %d: %s", emissions.get(i), order, lateness, arrival)
            .isEqualTo(expected);
        open[i] += topic.open;
      }
    }
    assertThat(open[0]).isZero();
    assertThat(open[1]).isGreaterThan(ORDERS / 2);
    assertThat(open[2]).isGreaterThan(ORDERS / 2);
  }

  private static String told(Session session) {
    assertThat(session.reason).isNotEqualTo(Session.Reason.OPEN);
    return told(session.start, session.end, session.counts, session.reason == Session.Reason.MOST);
  }

  private static void settled(String names, VerbRule<History> inOrder, Batch batch) {
    settles(names, lateness -> new SettledRule(inOrder, lateness), batch);
  }

  /**
   * Checks that a rule emits exactly the result of a batch, each event once and without
   * corrections.
   */
  private static void settles(String names, Rules rules, Batch batch) {
    Random random = new Random(46);
    for (int order = 0; order < ORDERS; order++) {
      long lateness = List.of(0L, 5L, 50L, (long) SPAN).get(random.nextInt(4));
      List<Sent> all = events(random, names);
      List<Sent> arrival = within(lateness, all, random);
      Map<String, Integer> expected = new TreeMap<>();
      batch.make(all, expected);
      expected.values().removeIf(n -> n == 0);
      Map<String, Integer> given = new TreeMap<>();
      Map<String, Integer> takenBack = new TreeMap<>();
      run(rules.of(lateness), arrival, true, new BothNumbers(given, takenBack));
      // A verb that undoes only retracts, and all others only emit.
      assertThat(given.isEmpty() || takenBack.isEmpty()).as("order %d", order).isTrue();
      takenBack.forEach((what, times) -> given.put(what, -times));
      assertThat(given)
          .as("order %d, lateness %d: %s", order, lateness, arrival)
          .isEqualTo(expected);
    }
  }

  private interface Rules {
    VerbRule<?> of(long lateness);
  }

  private static void holds(String names, Rules rules, boolean letsGoByEventTime, Batch batch) {
    Random random = new Random(19);
    for (int order = 0; order < ORDERS; order++) {
      long lateness = List.of(0L, 5L, 50L, (long) SPAN).get(random.nextInt(4));
      List<Sent> all = events(random, names);
      List<Sent> arrival = within(lateness, all, random);
      Map<String, Integer> expected = new TreeMap<>();
      batch.make(all, expected);
      Map<String, Integer> net = run(rules.of(lateness), arrival, letsGoByEventTime);
      expected.values().removeIf(n -> n == 0);
      assertThat(net).as("order %d, lateness %d: %s", order, lateness, arrival).isEqualTo(expected);
    }
  }

  private static List<Sent> events(Random random, String names) {
    List<Sent> all = new ArrayList<>();
    int count = 1 + random.nextInt(25);
    // Some lists have few instants, so that ties are frequent.
    int span = random.nextInt(3) == 0 ? 30 : SPAN;
    for (int i = 0; i < count; i++) {
      char name = names.charAt(random.nextInt(names.length()));
      long instant = 1_000L + random.nextInt(span);
      all.add(new Sent(i, name, instant, "%c%d.%d".formatted(name, instant, random.nextInt(40))));
    }
    return all;
  }

  /** A random order in which no event comes after one that is newer by more than lateness. */
  private static List<Sent> within(long lateness, List<Sent> all, Random random) {
    List<Sent> left = new ArrayList<>(all);
    List<Sent> arrival = new ArrayList<>();
    while (!left.isEmpty()) {
      long oldest = left.stream().mapToLong(Sent::instant).min().orElseThrow();
      List<Sent> allowed =
          left.stream().filter(each -> each.instant() - lateness <= oldest).toList();
      Sent next = allowed.get(random.nextInt(allowed.size()));
      left.remove(next);
      arrival.add(next);
    }
    return arrival;
  }

  /** Sums emitted events minus retracted ones. */
  private record NetNumbers(Map<String, Integer> net) implements Emitter {
    @Override
    public void emit(Happening of, long instant, double value, boolean takenBack) {
      String text = new String(of.text, UTF_8);
      net.merge(told(text, instant, value), takenBack ? -1 : 1, Integer::sum);
    }

    @Override
    public void emit(Session session, boolean takenBack) {
      String text =
          told(session.start, session.end, session.counts, session.reason == Session.Reason.MOST);
      net.merge(text, takenBack ? -1 : 1, Integer::sum);
    }

    @Override
    public void write(Session session) {
      throw new AssertionError("there is no topic");
    }
  }

  /** Keeps the valid records of the topic: each record, without those that another replaces. */
  private static final class Topic implements Emitter {
    private final NetNumbers counters = new NetNumbers(new TreeMap<>());
    private final Map<String, Session> standing = new TreeMap<>();
    private int open;

    @Override
    public void emit(Happening of, long instant, double value, boolean takenBack) {
      throw new AssertionError("a session is made of many");
    }

    @Override
    public void emit(Session session, boolean takenBack) {
      counters.emit(session, takenBack);
    }

    @Override
    public void write(Session session) {
      int revision = 0;
      for (Session retracted : session.retracts) {
        assertThat(standing.remove(id(retracted))).as("%s stands", id(retracted)).isNotNull();
        revision = Math.max(revision, retracted.revision + 1);
      }
      if (!session.retracts.isEmpty()) {
        assertThat(session.revision).isEqualTo(revision);
      }
      assertThat(standing.put(id(session), session)).isNull();
      open += session.reason == Session.Reason.OPEN ? 1 : 0;
    }

    /** By what a consumer identifies a record. */
    private static String id(Session session) {
      return session.start + "-" + session.end + " " + session.revision;
    }
  }

  /** Sums emitted and retracted events separately. */
  private record BothNumbers(Map<String, Integer> given, Map<String, Integer> takenBack)
      implements Emitter {
    @Override
    public void emit(Happening of, long instant, double value, boolean isTakenBack) {
      of(isTakenBack).emit(of, instant, value, false);
    }

    @Override
    public void emit(Session session, boolean isTakenBack) {
      of(isTakenBack).emit(session, false);
    }

    @Override
    public void write(Session session) {
      throw new AssertionError("there is no topic");
    }

    private NetNumbers of(boolean isTakenBack) {
      return new NetNumbers(isTakenBack ? takenBack : given);
    }
  }

  private static Map<String, Integer> run(
      VerbRule<?> rule, List<Sent> arrival, boolean letsGoByEventTime) {
    Map<String, Integer> net = new TreeMap<>();
    run(rule, arrival, letsGoByEventTime, new NetNumbers(net));
    net.values().removeIf(n -> n == 0);
    return net;
  }

  private static <S extends KeyState> void run(
      VerbRule<S> rule, List<Sent> arrival, boolean letsGoByEventTime, Emitter out) {
    S state = rule.newState();
    long eventTime = Long.MIN_VALUE;
    long newest = Long.MIN_VALUE;
    for (Sent sent : arrival) {
      boolean late = rule.onEvent(state, input(sent, rule), eventTime, out);
      assertThat(late).isFalse();
      newest = Math.max(newest, sent.instant());
      if (letsGoByEventTime) {
        // Sometimes event time is as far as it may be.
        if (sent.text().hashCode() % 2 == 0) {
          eventTime = newest;
          rule.onInstant(state, eventTime, out);
        }
        assertThat(rule.nextInstant(state)).isGreaterThan(eventTime);
      }
      state = writtenAndRead(state, rule);
    }
    if (letsGoByEventTime) {
      for (long next = rule.nextInstant(state);
          next != KeyState.NEVER;
          next = rule.nextInstant(state)) {
        rule.onInstant(state, next, out);
      }
      assertThat(state.isEmpty()).as("all let go").isTrue();
    }
  }

  private static VerbInput input(Sent sent, VerbRule<?> rule) {
    if (rule instanceof SessionRule) {
      return new VerbInput("verb\nkey", 0, "vl".indexOf(sent.name()), sent.instant(), 0, null);
    }
    int role = (sent.isOf() ? Happening.OF : 0) | (sent.isOther() ? Happening.OTHER : 0);
    byte[] text = sent.isOf() ? sent.text().getBytes(UTF_8) : null;
    return new VerbInput("verb\nkey", 0, role, sent.instant(), 0, text);
  }

  private static <S extends KeyState> S writtenAndRead(S state, VerbRule<S> rule) {
    try {
      DataOutputSerializer out = new DataOutputSerializer(64);
      state.write(out, state.form());
      S read = rule.newState();
      DataInputDeserializer in = new DataInputDeserializer(out.getCopyOfBuffer());
      read.read(in, state.form());
      assertThat(in.available()).isZero();
      return read;
    } catch (java.io.IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }

  private static String told(String text, long instant, double value) {
    return text + " at " + instant + (Double.isNaN(value) ? "" : " value " + (long) value);
  }

  private static void once(List<Sent> all, Map<String, Integer> net) {
    List<Sent> sorted = new ArrayList<>(all);
    sorted.sort(Comparator.comparing(Sent::instant).thenComparing(Sent::text));
    long last = -1_000_000;
    for (Sent each : sorted) {
      if (each.instant() > last + WITHIN) {
        last = each.instant();
        net.merge(told(each.text(), each.instant(), Double.NaN), 1, Integer::sum);
      }
    }
  }

  private static void then(List<Sent> all, Map<String, Integer> net) {
    for (Sent of : all) {
      long first = Long.MAX_VALUE;
      for (Sent other : all) {
        boolean follows = !other.equals(of) && other.isOther() && other.instant() >= of.instant();
        if (of.isOf() && follows && other.instant() <= of.instant() + WITHIN) {
          first = Math.min(first, other.instant());
        }
      }
      if (first != Long.MAX_VALUE) {
        net.merge(told(of.text(), first, (double) (first - of.instant())), 1, Integer::sum);
      }
    }
  }

  private static void without(List<Sent> all, Map<String, Integer> net) {
    for (Sent of : all) {
      boolean followed =
          all.stream()
              .anyMatch(
                  other ->
                      !other.equals(of)
                          && other.isOther()
                          && other.instant() >= of.instant()
                          && other.instant() <= of.instant() + WITHIN);
      if (of.isOf() && !followed) {
        net.merge(told(of.text(), of.instant(), Double.NaN), 1, Integer::sum);
      }
    }
  }

  /** For each unlike in order, finds the newest like that was not undone. */
  private static void undoes(List<Sent> all, Map<String, Integer> net) {
    List<Sent> unlikes = new ArrayList<>(all.stream().filter(Sent::isOther).toList());
    unlikes.sort(Comparator.comparing(Sent::instant));
    List<Sent> standing = new ArrayList<>(all.stream().filter(Sent::isOf).toList());
    standing.sort(Comparator.comparing(Sent::instant).thenComparing(Sent::text));
    Collections.reverse(standing);
    for (Sent unlike : unlikes) {
      for (int i = 0; i < standing.size(); i++) {
        long before = unlike.instant() - standing.get(i).instant();
        if (before >= 0) {
          if (before <= WITHIN) {
            Sent undone = standing.remove(i);
            net.merge(told(undone.text(), undone.instant(), Double.NaN), -1, Integer::sum);
          }
          break;
        }
      }
    }
  }

  /** Walks through all events in order. */
  private static void sessions(List<Sent> all, long most, Map<String, Integer> net) {
    List<Sent> sorted = new ArrayList<>(all);
    sorted.sort(Comparator.comparing(Sent::instant));
    long start = sorted.get(0).instant();
    long end = start;
    long[] counts = new long[2];
    for (Sent each : sorted) {
      boolean cut = each.instant() > (most == Long.MAX_VALUE ? most : start + most);
      if (each.instant() - end > WITHIN || cut) {
        boolean byMost = each.instant() - end <= WITHIN;
        net.merge(told(start, end, counts, byMost), 1, Integer::sum);
        start = each.instant();
        counts = new long[2];
      }
      end = each.instant();
      counts["vl".indexOf(each.name())]++;
    }
    net.merge(told(start, end, counts, false), 1, Integer::sum);
  }

  private static String told(long start, long end, long[] counts, boolean cut) {
    return "%d-%d %s%s".formatted(start, end, Arrays.toString(counts), cut ? " cut" : "");
  }
}
