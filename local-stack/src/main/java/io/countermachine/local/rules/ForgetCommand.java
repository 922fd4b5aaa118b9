package io.countermachine.local.rules;

import static io.countermachine.local.text.DisplayFormat.printable;

import io.countermachine.catalog.Suggestions;
import io.countermachine.local.cli.LocalCommand;
import io.countermachine.rules.RuleRecord;
import java.util.List;
import java.util.Set;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** {@code counter-machine forget FIELD VALUE}: requests to remove what is counted of a value. */
@Command(
    name = "forget",
    customSynopsis = "counter-machine forget FIELD VALUE [options]",
    description =
        "remove the state and the items of every key with this value in the field, for example at a"
            + " user's request, and ignore older events of these keys")
public final class ForgetCommand extends LocalCommand {
  @Parameters(hidden = true)
  private List<String> words = List.of();

  @Mixin private RulesTopicOptions options;

  @Override
  protected void check() {
    if (words.size() != 2) {
      throw wrong("expected a field and a value");
    }
  }

  @Override
  protected int run() {
    String field = words.get(0);
    String value = words.get(1);
    byte[] key;
    try {
      options.check(
          options.keyFields(),
          fields -> requireKeyField(field, fields),
          "a group has %s in its key".formatted(printable(field)),
          err());
      key = RuleRecord.forgetKey(field, value);
    } catch (IllegalArgumentException e) {
      throw wrong("%s", e.getMessage());
    }
    options.write(key, RuleRecord.value(-1, RuleRecord.FOR_EVER));
    out()
        .printf(
            "the job removes every key with %s %s: it starts within about 10 s, and takes as long as a walk through"
                + " its state; its log says how many keys%n",
            printable(field), printable(value));
    return DONE;
  }

  private static void requireKeyField(String field, Set<String> fields) {
    if (!fields.contains(field)) {
      throw new IllegalArgumentException(
          "no group of the catalog has %s in its key; %s"
              .formatted(field, Suggestions.of(field, fields)));
    }
  }
}
