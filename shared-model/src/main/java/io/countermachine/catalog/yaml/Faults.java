package io.countermachine.catalog.yaml;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.yaml.snakeyaml.nodes.Node;

/** Collects the faults of one catalog file, so that all can be reported at once. */
final class Faults {
  private record Fault(int line, String what) {}

  private final String fileName;
  private final List<Fault> faults = new ArrayList<>();

  Faults(String fileName) {
    this.fileName = fileName;
  }

  /** Adds a fault at the line where the node starts. */
  void add(Node node, String what) {
    add(node.getStartMark().getLine() + 1, what);
  }

  void add(int line, String what) {
    faults.add(new Fault(line, what));
  }

  int count() {
    return faults.size();
  }

  boolean isEmpty() {
    return faults.isEmpty();
  }

  /** Throws all faults in the order of their lines, if there are any. */
  void throwIfAny() {
    if (!faults.isEmpty()) {
      throw new CatalogException(
          faults.stream()
              .sorted(Comparator.comparingInt(Fault::line))
              .map(fault -> fileName + ":" + fault.line() + ": " + fault.what())
              .distinct()
              .toList());
    }
  }
}
