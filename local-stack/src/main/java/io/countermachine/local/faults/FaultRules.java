package io.countermachine.local.faults;

import java.util.List;
import java.util.Random;
import java.util.function.Predicate;

/** Decides what happens to each call. Only one thread at a time calls it. */
@FunctionalInterface
public interface FaultRules {
  /** The fault to apply to a call. */
  StoreFault faultFor(StoreCall call);

  /** Lets every call pass. */
  static FaultRules none() {
    return call -> StoreFault.none();
  }

  /** Applies the same fault to every call. */
  static FaultRules always(StoreFault fault) {
    return call -> fault;
  }

  /** Applies a fault to the first of every n calls. */
  static FaultRules oneOf(int n, StoreFault fault) {
    return call -> call.number() % n == 0 ? fault : StoreFault.none();
  }

  /** Applies a fault to every call, starting with the given one. */
  static FaultRules from(long firstCall, StoreFault fault) {
    return call -> call.number() >= firstCall ? fault : StoreFault.none();
  }

  /** Applies a fault to a random share of the calls, reproducible by the seed. */
  static FaultRules sometimes(long seed, double share, StoreFault fault) {
    Random random = new Random(seed);
    return call -> random.nextDouble() < share ? fault : StoreFault.none();
  }

  /**
   * Applies one of several faults to a random share of the calls. The seed makes a run
   * reproducible.
   *
   * @param share the share of calls that get a fault
   */
  static FaultRules mixed(long seed, double share, List<StoreFault> faults) {
    Random random = new Random(seed);
    List<StoreFault> choice = List.copyOf(faults);
    return call -> {
      // Always draw both numbers, so that the share does not change which fault comes next.
      double draw = random.nextDouble();
      StoreFault fault = choice.get(random.nextInt(choice.size()));
      return draw < share ? fault : StoreFault.none();
    };
  }

  /** Applies these faults to the first calls in turn. Later calls pass. */
  static FaultRules inTurn(StoreFault... faults) {
    List<StoreFault> turns = List.of(faults);
    return call ->
        call.number() < turns.size() ? turns.get((int) call.number()) : StoreFault.none();
  }

  /** Applies these rules only to some operations. All other calls pass, and are not counted. */
  default FaultRules on(String... operations) {
    List<String> only = List.of(operations);
    return where(call -> only.contains(call.operation()));
  }

  /** Applies these rules only to some calls. All others pass, and are not counted. */
  default FaultRules where(Predicate<StoreCall> chosen) {
    long[] seen = {0};
    return call ->
        chosen.test(call)
            ? faultFor(new StoreCall(call.operation(), seen[0]++, call.body()))
            : StoreFault.none();
  }

  /** Applies other rules to the calls that these rules let pass. */
  default FaultRules or(FaultRules others) {
    return call -> {
      // Always ask both, because both may count calls.
      StoreFault mine = faultFor(call);
      StoreFault theirs = others.faultFor(call);
      return mine.kind() == StoreFault.Kind.NONE ? theirs : mine;
    };
  }
}
