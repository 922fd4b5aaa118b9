package io.countermachine.local.table;

import io.countermachine.item.ItemKey;
import io.countermachine.local.cli.Usage;
import io.countermachine.local.cli.UsageException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * What {@code counter-machine show} is asked for.
 *
 * @param keyParts the values of the key's fields, or the key as the table has it
 * @param catalog a catalog file; empty for the bundled one
 * @param json whether the item alone is printed, as JSON
 * @param store the table that has it
 */
record ShowOptions(
    String group, List<String> keyParts, Optional<Path> catalog, boolean json, TableOptions store) {
  static final String USAGE = Usage.of("show");

  static ShowOptions parse(String... arguments) {
    List<String> named = new ArrayList<>();
    Path catalog = null;
    boolean json = false;
    TableOptions.Parser store = new TableOptions.Parser();
    for (int i = 0; i < arguments.length; i++) {
      String argument = arguments[i];
      if (!argument.startsWith("--")) {
        named.add(argument);
        continue;
      }
      if (argument.equals("--json")) {
        json = true;
        continue;
      }
      if (i + 1 == arguments.length) {
        throw new UsageException(argument + " needs a value");
      }
      String value = arguments[++i];
      if (argument.equals("--catalog")) {
        catalog = Path.of(value);
      } else {
        store.take(argument, value);
      }
    }
    if (named.size() < 2) {
      throw new UsageException("expected a group and a key, got " + named);
    }
    return new ShowOptions(
        named.get(0),
        List.copyOf(named.subList(1, named.size())),
        Optional.ofNullable(catalog),
        json,
        store.options());
  }

  /** The key as the table has it; one value alone is taken as it is. */
  String key() {
    return keyParts.size() == 1 ? keyParts.get(0) : ItemKey.join(keyParts.toArray(String[]::new));
  }
}
