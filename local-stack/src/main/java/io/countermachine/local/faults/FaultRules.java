package io.countermachine.local.faults;

import java.util.List;
import java.util.Random;
import java.util.function.Predicate;

/** Decides what is done to each call. Rules are asked by one thread at a time. */
@FunctionalInterface
public interface FaultRules {
  /** What is done to a call. */
  Fault faultFor(Call call);

  /** Every call passes. */
  static FaultRules none() {
    return call -> Fault.none();
  }

  /** The same is done to every call. */
  static FaultRules always(Fault fault) {
    return call -> fault;
  }

  /** The fault is done to the first of every n calls. */
  static FaultRules oneOf(int n, Fault fault) {
    return call -> call.number() % n == 0 ? fault : Fault.none();
  }

  /** The same is done to every call but the first ones. */
  static FaultRules from(long firstCall, Fault fault) {
    return call -> call.number() >= firstCall ? fault : Fault.none();
  }

  /** The fault is done to a share of the calls, drawn by a seed. */
  static FaultRules sometimes(long seed, double share, Fault fault) {
    Random random = new Random(seed);
    return call -> random.nextDouble() < share ? fault : Fault.none();
  }

  /**
   * Each call passes or gets one of several faults, drawn by a seed, so that a run can be repeated.
   *
   * @param share the part of calls that get any fault
   */
  static FaultRules mixed(long seed, double share, List<Fault> faults) {
    Random random = new Random(seed);
    List<Fault> choice = List.copyOf(faults);
    return call -> {
      // Both are always drawn, so that the share does not change which fault comes next.
      double draw = random.nextDouble();
      Fault fault = choice.get(random.nextInt(choice.size()));
      return draw < share ? fault : Fault.none();
    };
  }

  /** The first calls get these faults in turn; later ones pass. */
  static FaultRules inTurn(Fault... faults) {
    List<Fault> turns = List.of(faults);
    return call -> call.number() < turns.size() ? turns.get((int) call.number()) : Fault.none();
  }

  /** These rules for some operations only; all other calls pass, and are not counted. */
  default FaultRules on(String... operations) {
    List<String> only = List.of(operations);
    return where(call -> only.contains(call.operation()));
  }

  /** These rules for some calls only; all others pass, and are not counted. */
  default FaultRules where(Predicate<Call> chosen) {
    long[] seen = {0};
    return call ->
        chosen.test(call)
            ? faultFor(new Call(call.operation(), seen[0]++, call.body()))
            : Fault.none();
  }

  /** These rules, and others for the calls that these let pass. */
  default FaultRules or(FaultRules others) {
    return call -> {
      // Both are asked, as both may count calls.
      Fault mine = faultFor(call);
      Fault theirs = others.faultFor(call);
      return mine instanceof Fault.None ? theirs : mine;
    };
  }
}
