package io.countermachine.job.derive;

import io.countermachine.catalog.Emission;
import io.countermachine.job.derive.SessionState.Block;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Derives sessions: runs of events without a gap that is too long, at the instant of the last
 * event. A run that would exceed the maximum length is cut by the instants of its events, whatever
 * their order of arrival.
 */
final class SessionRule implements VerbRule<SessionState> {
  private final List<String> names;
  private final long gapMillis;
  private final long mostMillis;
  private final long latenessMillis;
  private final boolean isSettled;
  private final Optional<Emission> emission;
  private final long everyMillis;

  /**
   * Creates the rule.
   *
   * @param names the names of the session's events
   * @param mostMillis the maximum time between a session's first and last event, in milliseconds;
   *     {@link Long#MAX_VALUE} for no limit
   * @param isSettled whether sessions wait until no late event can change them; later events are
   *     ignored
   * @param emission when sessions are written to a topic; empty if they are not
   */
  SessionRule(
      List<String> names,
      long gapMillis,
      long mostMillis,
      long latenessMillis,
      boolean isSettled,
      Optional<Emission> emission) {
    this.names = names;
    this.gapMillis = gapMillis;
    this.mostMillis = mostMillis;
    this.latenessMillis = latenessMillis;
    this.isSettled = isSettled;
    this.emission = emission;
    this.everyMillis = emission.flatMap(Emission::every).map(Duration::toMillis).orElse(0L);
  }

  /** A run of the known events, and the event time at which it is complete. */
  private record Run(Session session, long completeAt) {}

  @Override
  public SessionState newState() {
    return new SessionState(names, emission.isPresent());
  }

  @Override
  public boolean onEvent(SessionState state, VerbInput event, long eventTimeMillis, Emitter out) {
    boolean isLate =
        eventTimeMillis != Long.MIN_VALUE && event.timeMillis() < eventTimeMillis - latenessMillis;
    if (!isLate || !isSettled) {
      state.add(event.timeMillis(), event.role());
    }
    onInstant(state, eventTimeMillis, out);
    return isLate;
  }

  @Override
  public void onInstant(SessionState state, long eventTimeMillis, Emitter out) {
    state.eventTimeMillis = eventTimeMillis;
    List<Run> runs = runs(state.blocks);
    long completeUpTo = givenUpTo(eventTimeMillis);
    replaceChanged(
        state.given,
        runs,
        (together, replaced) -> areAllComplete(together, completeUpTo),
        (made, replaced) -> {
          replaced.forEach(session -> out.emit(session, true));
          made.forEach(session -> out.emit(session, false));
        });
    if (emission.isPresent()) {
      write(state, runs, completeUpTo, out);
    }
    if (eventTimeMillis != Long.MIN_VALUE) {
      letGo(state, runs, eventTimeMillis);
    }
  }

  /** The instant up to which all events must have arrived before a session is emitted. */
  private long givenUpTo(long eventTimeMillis) {
    return isSettled && eventTimeMillis != Long.MIN_VALUE
        ? eventTimeMillis - latenessMillis - 1
        : eventTimeMillis;
  }

  private List<Run> runs(List<Block> blocks) {
    List<Run> runs = new ArrayList<>();
    int from = 0;
    for (int i = 1; i <= blocks.size(); i++) {
      long start = blocks.get(from).first;
      long end = blocks.get(i - 1).last;
      boolean isLast = i == blocks.size();
      if (isLast || blocks.get(i).first - end > gapMillis) {
        runs.add(run(blocks.subList(from, i), Session.Reason.GAP, end + gapMillis));
        from = i;
      } else if (blocks.get(i).first - start > mostMillis) {
        long complete = Math.min(end + gapMillis, start + mostMillis);
        runs.add(run(blocks.subList(from, i), Session.Reason.MOST, complete));
        from = i;
      }
    }
    return runs;
  }

  private Run run(List<Block> blocks, Session.Reason reason, long completeAt) {
    long[] counts = new long[names.size()];
    for (Block block : blocks) {
      for (int name = 0; name < counts.length; name++) {
        counts[name] += block.counts[name];
      }
    }
    Session session =
        new Session(
            blocks.get(0).first, blocks.get(blocks.size() - 1).last, counts, reason, 0, List.of());
    return new Run(session, completeAt);
  }

  private static boolean areAllComplete(List<Run> together, long completeUpTo) {
    return together.stream().allMatch(run -> run.completeAt <= completeUpTo);
  }

  /** Decides whether runs replace the sessions that were emitted. */
  private interface Due {
    boolean isDue(List<Run> together, List<Session> replaced);
  }

  /** Receives a new session and those that it replaces. */
  private interface Told {
    void take(List<Session> made, List<Session> replaced);
  }

  /**
   * Emits runs that were not emitted. Emitted sessions of the same events are replaced at the same
   * time: if two sessions become one that has not ended, they stay valid until that one is emitted.
   *
   * @param told the sessions that were emitted and not replaced, in order; changed by this method
   */
  private static void replaceChanged(List<Session> told, List<Run> runs, Due due, Told into) {
    List<Session> wrong = new ArrayList<>(told);
    wrong.removeIf(given -> runs.stream().anyMatch(run -> run.session.isSame(given)));
    List<Run> open = new ArrayList<>(runs);
    open.removeIf(run -> told.stream().anyMatch(given -> run.session.isSame(given)));
    while (!open.isEmpty()) {
      List<Run> together = new ArrayList<>(List.of(open.remove(0)));
      List<Session> replaced = new ArrayList<>();
      long end = together.get(0).session.end;
      boolean more = true;
      while (more) {
        long reach = end;
        boolean taken = wrong.removeIf(given -> given.start <= reach && replaced.add(given));
        end = Math.max(end, replaced.stream().mapToLong(given -> given.end).max().orElse(end));
        more = !open.isEmpty() && open.get(0).session.start <= end;
        if (more) {
          together.add(open.remove(0));
          end = Math.max(end, together.get(together.size() - 1).session.end);
        }
        more |= taken;
      }
      if (due.isDue(together, replaced)) {
        replace(told, replaced, together, into);
      }
    }
  }

  private static void replace(
      List<Session> told, List<Session> replaced, List<Run> together, Told into) {
    told.removeAll(replaced);
    int revision = replaced.stream().mapToInt(session -> session.revision + 1).max().orElse(0);
    List<Session> made = new ArrayList<>();
    for (Run run : together) {
      Session is = run.session;
      // The first new session names all replaced ones.
      List<Session> retracts = made.isEmpty() ? List.copyOf(replaced) : List.of();
      made.add(new Session(is.start, is.end, is.counts, is.reason, revision, retracts));
    }
    into.take(made, replaced);
    told.addAll(made);
    told.sort((one, other) -> Long.compare(one.start, other.start));
  }

  /** Writes sessions that are over to the topic, and open ones if their emission is due. */
  private void write(SessionState state, List<Run> runs, long completeUpTo, Emitter out) {
    List<Run> shown = new ArrayList<>();
    for (Run run : runs) {
      boolean isComplete = run.completeAt <= completeUpTo;
      shown.add(isComplete ? run : new Run(run.session.open(), run.completeAt));
    }
    replaceChanged(
        state.written,
        shown,
        (together, replaced) -> isToldNow(state, together, replaced, completeUpTo),
        (made, replaced) -> {
          for (Session session : made) {
            out.write(session);
            if (session.reason == Session.Reason.OPEN && everyMillis > 0) {
              state.writtenOpenMillis = Math.max(0, state.eventTimeMillis);
            }
          }
        });
  }

  private boolean isToldNow(
      SessionState state, List<Run> together, List<Session> replaced, long completeUpTo) {
    if (!emission.orElseThrow().isEarly()) {
      return areAllComplete(together, completeUpTo);
    }
    if (together.stream().anyMatch(run -> run.completeAt <= completeUpTo)) {
      return true;
    }
    if (everyMillis > 0) {
      return together.stream().anyMatch(run -> tellAt(state, run) <= state.eventTimeMillis);
    }
    long events = together.stream().mapToLong(run -> run.session.events()).sum();
    long before = replaced.stream().mapToLong(Session::events).sum();
    return events - before >= emission.orElseThrow().events();
  }

  /** The event time at which an open run is next written to the topic, if that depends on time. */
  private long tellAt(SessionState state, Run run) {
    long newest = Math.max(run.session.end, state.writtenOpenMillis);
    return Math.floorDiv(newest, everyMillis) * everyMillis + everyMillis;
  }

  /**
   * Removes sessions that no event can join any more, and joins the events of a session that no
   * event in time can separate.
   */
  private void letGo(SessionState state, List<Run> runs, long eventTimeMillis) {
    List<Session> kept = new ArrayList<>();
    for (Run run : runs) {
      Session session = run.session;
      if (session.end + gapMillis + latenessMillis < eventTimeMillis
          && state.given.removeIf(session::isSame)) {
        state.written.removeIf(session::isSame);
        state.blocks.removeIf(block -> block.first >= session.start && block.last <= session.end);
      } else {
        kept.add(session);
      }
    }
    if (!kept.isEmpty()) {
      long upTo = joinableUpTo(kept.get(0).start, eventTimeMillis - latenessMillis);
      kept.forEach(session -> join(state.blocks, session, upTo));
    }
  }

  /**
   * Up to which instant events of one session need no instants of their own. The gaps between them
   * are short, so only {@code most} can separate them. It counts from the first event of the
   * session. An event in time can become the first one, or connect the session with the one before.
   *
   * @param firstMillis the first event that is kept, epoch milliseconds
   * @param horizon the earliest instant of an event in time, epoch milliseconds
   */
  private long joinableUpTo(long firstMillis, long horizon) {
    long earliestStart = Math.min(firstMillis, horizon);
    boolean isBounded = mostMillis <= Long.MAX_VALUE - Math.max(0, earliestStart);
    return isBounded ? Math.max(horizon - 1, earliestStart + mostMillis) : Long.MAX_VALUE;
  }

  private static void join(List<Block> blocks, Session session, long upTo) {
    for (int i = blocks.size() - 1; i > 0; i--) {
      Block block = blocks.get(i);
      Block before = blocks.get(i - 1);
      if (before.first >= session.start && block.last <= session.end && block.last <= upTo) {
        before.last = block.last;
        for (int name = 0; name < block.counts.length; name++) {
          before.counts[name] += block.counts[name];
        }
        blocks.remove(i);
      }
    }
  }

  @Override
  public long nextInstant(SessionState state) {
    long next = KeyState.NEVER;
    for (Run run : runs(state.blocks)) {
      boolean given = state.given.stream().anyMatch(run.session::isSame);
      if (everyMillis > 0
          && run.completeAt > state.eventTimeMillis
          && state.written.stream().noneMatch(run.session.open()::isSame)) {
        next = Math.min(next, tellAt(state, run));
      }
      if (given) {
        next = Math.min(next, run.session.end + gapMillis + latenessMillis + 1);
      } else if (run.completeAt > givenUpTo(state.eventTimeMillis)) {
        next = Math.min(next, run.completeAt + (isSettled ? latenessMillis + 1 : 0));
      }
    }
    return next;
  }
}
