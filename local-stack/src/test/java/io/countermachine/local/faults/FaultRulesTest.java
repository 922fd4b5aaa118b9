package io.countermachine.local.faults;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

class FaultRulesTest {
  private static Call call(String operation, long number) {
    return new Call(operation, number, "{}");
  }

  private static List<Fault> first(int calls, FaultRules rules) {
    return LongStream.range(0, calls).mapToObj(i -> rules.faultFor(call("GetItem", i))).toList();
  }

  @Test
  void oneOf_hitsTheFirstOfEveryN() {
    assertThat(first(5, FaultRules.oneOf(3, Fault.reset())))
        .containsExactly(Fault.reset(), Fault.none(), Fault.none(), Fault.reset(), Fault.none());
  }

  @Test
  void mixed_repeats_withTheSameSeed() {
    List<Fault> faults = List.of(Fault.reset(), Fault.throttled(), Fault.serverError());
    List<Fault> drawn = first(1_000, FaultRules.mixed(7, 0.25, faults));

    assertThat(drawn).isEqualTo(first(1_000, FaultRules.mixed(7, 0.25, faults)));
    assertThat(drawn).isNotEqualTo(first(1_000, FaultRules.mixed(8, 0.25, faults)));
    assertThat(drawn).containsAll(faults);
    assertThat(drawn.stream().filter(fault -> !fault.equals(Fault.none())).count())
        .isBetween(200L, 300L);
  }

  @Test
  void on_countsOnlyItsOwnOperations() {
    FaultRules rules = FaultRules.inTurn(Fault.throttled()).on("PutItem");

    assertThat(rules.faultFor(call("GetItem", 0))).isEqualTo(Fault.none());
    assertThat(rules.faultFor(call("PutItem", 1))).isEqualTo(Fault.throttled());
    assertThat(rules.faultFor(call("PutItem", 2))).isEqualTo(Fault.none());
  }

  @Test
  void where_choosesByWhatACallSays_andCountsNoOther() {
    FaultRules rules =
        FaultRules.inTurn(Fault.reset()).where(call -> call.body().contains("quiet"));

    assertThat(rules.faultFor(new Call("PutItem", 0, "{\"key\":\"busy\"}")))
        .isEqualTo(Fault.none());
    assertThat(rules.faultFor(new Call("PutItem", 1, "{\"key\":\"quiet\"}")))
        .isEqualTo(Fault.reset());
    assertThat(rules.faultFor(new Call("PutItem", 2, "{\"key\":\"quiet\"}")))
        .isEqualTo(Fault.none());
  }

  @Test
  void or_asksTheOthers_whereTheFirstLetPass() {
    FaultRules rules = FaultRules.oneOf(2, Fault.reset()).or(FaultRules.always(Fault.throttled()));

    assertThat(first(4, rules))
        .containsExactly(Fault.reset(), Fault.throttled(), Fault.reset(), Fault.throttled());
  }
}
