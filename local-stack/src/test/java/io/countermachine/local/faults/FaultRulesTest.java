package io.countermachine.local.faults;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

class FaultRulesTest {
  private static StoreCall call(String operation, long number) {
    return new StoreCall(operation, number, "{}");
  }

  private static List<StoreFault> first(int calls, FaultRules rules) {
    return LongStream.range(0, calls).mapToObj(i -> rules.faultFor(call("GetItem", i))).toList();
  }

  @Test
  void oneOf_hitsTheFirstOfEveryN() {
    assertThat(first(5, FaultRules.oneOf(3, StoreFault.reset())))
        .containsExactly(
            StoreFault.reset(),
            StoreFault.none(),
            StoreFault.none(),
            StoreFault.reset(),
            StoreFault.none());
  }

  @Test
  void mixed_repeats_withTheSameSeed() {
    List<StoreFault> faults =
        List.of(StoreFault.reset(), StoreFault.throttled(), StoreFault.serverError());
    List<StoreFault> drawn = first(1_000, FaultRules.mixed(7, 0.25, faults));

    assertThat(drawn).isEqualTo(first(1_000, FaultRules.mixed(7, 0.25, faults)));
    assertThat(drawn).isNotEqualTo(first(1_000, FaultRules.mixed(8, 0.25, faults)));
    assertThat(drawn).containsAll(faults);
    assertThat(drawn.stream().filter(fault -> !fault.equals(StoreFault.none())).count())
        .isBetween(200L, 300L);
  }

  @Test
  void on_countsOnlyItsOwnOperations() {
    FaultRules rules = FaultRules.inTurn(StoreFault.throttled()).on("PutItem");

    assertThat(rules.faultFor(call("GetItem", 0))).isEqualTo(StoreFault.none());
    assertThat(rules.faultFor(call("PutItem", 1))).isEqualTo(StoreFault.throttled());
    assertThat(rules.faultFor(call("PutItem", 2))).isEqualTo(StoreFault.none());
  }

  @Test
  void where_choosesByWhatACallSays_andCountsNoOther() {
    FaultRules rules =
        FaultRules.inTurn(StoreFault.reset()).where(call -> call.body().contains("quiet"));

    assertThat(rules.faultFor(new StoreCall("PutItem", 0, "{\"key\":\"busy\"}")))
        .isEqualTo(StoreFault.none());
    assertThat(rules.faultFor(new StoreCall("PutItem", 1, "{\"key\":\"quiet\"}")))
        .isEqualTo(StoreFault.reset());
    assertThat(rules.faultFor(new StoreCall("PutItem", 2, "{\"key\":\"quiet\"}")))
        .isEqualTo(StoreFault.none());
  }

  @Test
  void or_asksTheOthers_whereTheFirstLetPass() {
    FaultRules rules =
        FaultRules.oneOf(2, StoreFault.reset()).or(FaultRules.always(StoreFault.throttled()));

    assertThat(first(4, rules))
        .containsExactly(
            StoreFault.reset(), StoreFault.throttled(), StoreFault.reset(), StoreFault.throttled());
  }
}
