package io.countermachine.local.faults;

import java.util.List;
import java.util.Random;
import java.util.function.Predicate;

/** Decides what is done to each call. Rules are asked by one thread at a time. */
@FunctionalInterface
public interface FaultRules {
  /** What is done to a call. */
  StoreFault faultFor(StoreCall call);

  /** Every call passes. */
  static FaultRules none() {
    return call -> StoreFault.none();
  }

  /** The same is done to every call. */
  static FaultRules always(StoreFault fault) {
    return call -> fault;
  }

  /** The fault is done to the first of every n calls. */
  static FaultRules oneOf(int n, StoreFault fault) {
    return call -> call.number() % n == 0 ? fault : StoreFault.none();
  }

  /** The same is done to every call but the first ones. */
  static FaultRules from(long firstCall, StoreFault fault) {
    return call -> call.number() >= firstCall ? fault : StoreFault.none();
  }

  /** The fault is done to a share of the calls, drawn by a seed. */
  static FaultRules sometimes(long seed, double share, StoreFault fault) {
    Random random = new Random(seed);
    return call -> random.nextDouble() < share ? fault : StoreFault.none();
  }

  /**
   * Each call passes or gets one of several faults, drawn by a seed, so that a run can be repeated.
   *
   * @param share the part of calls that get any fault
   */
  static FaultRules mixed(long seed, double share, List<StoreFault> faults) {
    Random random = new Random(seed);
    List<StoreFault> choice = List.copyOf(faults);
    return call -> {
      // Both are always drawn, so that the share does not change which fault comes next.
      double draw = random.nextDouble();
      StoreFault fault = choice.get(random.nextInt(choice.size()));
      return draw < share ? fault : StoreFault.none();
    };
  }

  /** The first calls get these faults in turn; later ones pass. */
  static FaultRules inTurn(StoreFault... faults) {
    List<StoreFault> turns = List.of(faults);
    return call ->
        call.number() < turns.size() ? turns.get((int) call.number()) : StoreFault.none();
  }

  /** These rules for some operations only; all other calls pass, and are not counted. */
  default FaultRules on(String... operations) {
    List<String> only = List.of(operations);
    return where(call -> only.contains(call.operation()));
  }

  /** These rules for some calls only; all others pass, and are not counted. */
  default FaultRules where(Predicate<StoreCall> chosen) {
    long[] seen = {0};
    return call ->
        chosen.test(call)
            ? faultFor(new StoreCall(call.operation(), seen[0]++, call.body()))
            : StoreFault.none();
  }

  /** These rules, and others for the calls that these let pass. */
  default FaultRules or(FaultRules others) {
    return call -> {
      // Both are asked, as both may count calls.
      StoreFault mine = faultFor(call);
      StoreFault theirs = others.faultFor(call);
      return mine.kind() == StoreFault.Kind.NONE ? theirs : mine;
    };
  }
}
