package io.countermachine.local.torture;

import io.countermachine.local.torture.InjectedFault.Kind;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/** Which faults occur when. Each step recovers before the next one begins. */
final class FaultSchedule {
  /** The steps of the short run, which takes less than five minutes and runs in every build. */
  static final List<List<String>> SHORT =
      List.of(
          List.of("taskmanagers killed in a checkpoint"),
          List.of("store throttles", "jobmanager killed"),
          List.of("partitions added"),
          List.of("broker killed"),
          List.of("write of a dead taskmanager lands late"),
          List.of("store away", "taskmanager killed"),
          List.of("a producer dies in a transaction"),
          List.of("stopped, resumed with exchanged retain"),
          List.of("an outage longer than ids are remembered"),
          List.of("store resets connections", "service killed"),
          List.of("stopped, resumed at parallelism 4"));

  private final List<InjectedFault> faults;
  private final Random random;

  FaultSchedule(List<InjectedFault> faults, long seed) {
    this.faults = List.copyOf(faults);
    this.random = new Random(seed);
  }

  /** Each fault alone. */
  List<List<InjectedFault>> eachAlone() {
    return faults.stream().map(List::of).toList();
  }

  /** The steps with these names. */
  List<List<InjectedFault>> named(List<List<String>> steps) {
    return steps.stream().map(step -> step.stream().map(this::named).toList()).toList();
  }

  private InjectedFault named(String name) {
    return faults.stream()
        .filter(fault -> fault.name().equals(name))
        .findFirst()
        .orElseThrow(
            () ->
                new IllegalArgumentException(
                    "no fault is named \"%s\"; there are: %s"
                        .formatted(
                            name,
                            String.join(", ", faults.stream().map(InjectedFault::name).toList()))));
  }

  /**
   * The next step of a mixed run: a lasting fault with a sudden one during it, or a fault that
   * occurs alone.
   */
  List<InjectedFault> mixed() {
    if (random.nextInt(5) == 0) {
      return List.of(any(Kind.ALONE));
    }
    List<InjectedFault> step = new ArrayList<>(List.of(any(Kind.LASTING)));
    InjectedFault second = any(Kind.LASTING);
    if (random.nextInt(3) == 0 && !excludes(step.get(0), second)) {
      step.add(second);
    }
    InjectedFault sudden = any(Kind.SUDDEN);
    while (excludesAny(step, sudden)) {
      sudden = any(Kind.SUDDEN);
    }
    step.add(sudden);
    return step;
  }

  /** The proxy can apply only one fault at a time. */
  private static boolean excludes(InjectedFault one, InjectedFault other) {
    return (needsProxy(one) && needsProxy(other)) || one.name().equals(other.name());
  }

  private static boolean excludesAny(List<InjectedFault> step, InjectedFault other) {
    return step.stream().anyMatch(each -> excludes(each, other));
  }

  private static boolean needsProxy(InjectedFault fault) {
    return fault.name().matches(".*\\b(store|checkpoint)\\b.*");
  }

  private InjectedFault any(Kind kind) {
    List<InjectedFault> choice = faults.stream().filter(each -> each.kind() == kind).toList();
    return choice.get(random.nextInt(choice.size()));
  }
}
