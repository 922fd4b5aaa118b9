package io.countermachine.service.store.hedging;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.countermachine.service.store.ReadResult;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class HedgedCallTest {
  private static final ReadResult ONE = ReadResult.absent(1);
  private static final ReadResult TWO = ReadResult.absent(2);

  private final List<Runnable> later = new ArrayList<>();
  private final HedgedCall call = new HedgedCall(later::add);

  private static ReadResult[] results(ReadResult... results) {
    return results;
  }

  @Test
  void completeAnswer_isPreferredToOneWithUnprocessedKeys() {
    assertThat(call.begins()).isTrue();
    call.ended(results(TWO, null), null);
    assertThat(call.answer()).isNotDone();
    call.ended(results(ONE, ONE), null);
    assertThat(call.answer().join()).containsExactly(TWO, ONE);
  }

  @Test
  void answersWithUnprocessedKeys_makeOne() {
    assertThat(call.begins()).isTrue();
    call.ended(results(TWO, null, null), null);
    call.ended(results(null, ONE, null), null);
    assertThat(call.answer().join()).containsExactly(TWO, ONE, null);
  }

  @Test
  void answerWithUnprocessedKeys_isTaken_whenTheOtherCallFails() {
    assertThat(call.begins()).isTrue();
    call.ended(results(TWO, null), null);
    call.ended(null, new IllegalStateException("throttled"));
    assertThat(call.answer().join()).containsExactly(TWO, null);
  }

  @Test
  void answerWithUnprocessedKeys_isTaken_whenTheOtherCallHasFailed() {
    assertThat(call.begins()).isTrue();
    call.ended(null, new IllegalStateException("throttled"));
    assertThat(call.answer()).isNotDone();
    call.ended(results(TWO, null), null);
    assertThat(call.answer().join()).containsExactly(TWO, null);
  }

  @Test
  void answerWithUnprocessedKeys_waitsForTheOtherCallOnlySoLong() {
    assertThat(call.begins()).isTrue();
    call.ended(results(TWO, null), null);
    assertThat(call.answer()).isNotDone();
    later.forEach(Runnable::run);
    assertThat(call.answer().join()).containsExactly(TWO, null);
    call.ended(results(ONE, ONE), null);
    assertThat(call.answer().join())
        .as("not changed by what comes later")
        .containsExactly(TWO, null);
  }

  @Test
  void answerWithUnprocessedKeys_isTakenAtOnce_whenThereIsNoHedge() {
    call.ended(results(ONE, null), null);
    assertThat(call.answer().join()).containsExactly(ONE, null);
  }

  @Test
  void callThatIsOver_isNotHedged() {
    call.ended(results(ONE), null);
    assertThat(call.isOver()).isTrue();
    assertThat(call.begins()).isFalse();
  }

  @Test
  void failure_isThatOfTheLast_whenBothCallsFail() {
    assertThat(call.begins()).isTrue();
    call.ended(null, new IllegalStateException("throttled"));
    call.ended(null, new IllegalStateException("reset"));
    assertThatThrownBy(call.answer()::join).hasRootCauseMessage("reset");
  }
}
