package io.countermachine.local.rules;

import static io.countermachine.local.text.DisplayFormat.printable;

import io.countermachine.local.cli.LocalCommand;
import io.countermachine.local.process.TopicReader;
import io.countermachine.local.text.DisplayFormat;
import io.countermachine.rules.MalformedRuleException;
import io.countermachine.rules.RuleRecord;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.KafkaException;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code counter-machine rules}: lists the rules of the topic, sets one or lifts one. */
@Command(
    name = "rules",
    customSynopsis = {
      "counter-machine rules [options]",
      "       counter-machine rules set LIST VALUE [options]",
      "       counter-machine rules lift LIST VALUE [options]"
    },
    description = "list the rules in the rules topic, set a rule or lift it")
public final class RulesCommand extends LocalCommand {
  private static final String SET = "set";
  private static final String LIFT = "lift";

  @Parameters(hidden = true)
  private List<String> words = List.of();

  @Option(
      names = "--from",
      paramLabel = "INSTANT",
      description =
          "with set: start of the rule in event time, epoch milliseconds or such as"
              + " 2026-01-31T12:00:00Z; default: 10 s after its publication")
  private String from;

  @Option(
      names = "--until",
      paramLabel = "INSTANT",
      description = "with set: end of the rule, exclusive; default: none")
  private String until;

  @Mixin private RulesTopicOptions options;

  private record Stored(RuleRecord rule, long publishedMillis) {}

  @Override
  protected void check() {
    boolean changes = !words.isEmpty();
    if (changes && !words.get(0).equals(SET) && !words.get(0).equals(LIFT)) {
      throw wrong("unexpected argument %s: expected set or lift", words.get(0));
    }
    if (changes && words.size() != 3) {
      throw wrong("%s: expected a list and a value", words.get(0));
    }
    if ((from != null || until != null) && !(changes && words.get(0).equals(SET))) {
      throw wrong("%s is only valid with set", from != null ? "--from" : "--until");
    }
    if (from != null && until != null && millis("--until", until) <= millis("--from", from)) {
      throw wrong("--until is not after --from");
    }
  }

  private long millis(String option, String instant) {
    try {
      long millis =
          instant.matches("[0-9]{1,18}")
              ? Long.parseLong(instant)
              : Instant.parse(instant).toEpochMilli();
      if (millis >= 0) {
        return millis;
      }
    } catch (DateTimeException e) {
      // Reported below, like an instant before 1970.
    }
    throw wrong(
        "%s %s: expected epoch milliseconds, or an instant such as 2026-01-31T12:00:00Z",
        option, instant);
  }

  @Override
  protected int run() {
    return words.isEmpty() ? list() : change(words.get(0), words.get(1), words.get(2));
  }

  private int change(String verb, String list, String value) {
    byte[] key;
    try {
      options.check(
          options.lists(),
          lists -> RulesFile.requireList(list, lists),
          "there is a list " + printable(list),
          err());
      key = RuleRecord.key(list, value);
    } catch (IllegalArgumentException e) {
      throw wrong("%s", e.getMessage());
    }
    if (verb.equals(LIFT)) {
      options.write(key, null);
      out().printf("%s blocks %s no more%n", printable(list), printable(value));
      return DONE;
    }
    long fromMillis = from == null ? -1 : millis("--from", from);
    options.write(
        key,
        RuleRecord.value(
            fromMillis, until == null ? RuleRecord.FOR_EVER : millis("--until", until)));
    out()
        .printf(
            "%s blocks %s, events from %s%s%n",
            printable(list),
            printable(value),
            from == null ? "10 s from now" : Instant.ofEpochMilli(fromMillis),
            until == null ? " on" : " until " + Instant.ofEpochMilli(millis("--until", until)));
    return DONE;
  }

  private int list() {
    Map<String, Stored> rules = new TreeMap<>();
    long[] malformed = {0};
    try {
      TopicReader.forEach(
          options.client(), options.topic(), record -> add(record, rules, malformed));
    } catch (IllegalArgumentException e) {
      return fail("%s at %s; --topic names another", e.getMessage(), options.servers());
    } catch (KafkaException e) {
      return fail(
          "%s does not answer: %s%nis the demo running? --bootstrap-servers names other brokers",
          options.servers(), e.getMessage());
    }
    rules
        .values()
        .removeIf(
            stored ->
                stored.rule().kind() == RuleRecord.Kind.LIFT
                    || stored.rule().kind() == RuleRecord.Kind.REMEMBER);
    out()
        .printf(
            "%s in %s at %s%n",
            DisplayFormat.count(rules.size(), "rule"), options.topic(), options.servers());
    rules.values().forEach(this::print);
    if (malformed[0] > 0) {
      out().printf("and %s that are not rules%n", DisplayFormat.count(malformed[0], "record"));
    }
    return DONE;
  }

  private static void add(
      ConsumerRecord<byte[], byte[]> record, Map<String, Stored> rules, long[] malformed) {
    try {
      RuleRecord rule = RuleRecord.decode(record.key(), record.value(), record.timestamp());
      boolean isOfList = rule.kind() == RuleRecord.Kind.SET || rule.kind() == RuleRecord.Kind.LIFT;
      String key = (isOfList ? "a" : "b") + rule.name() + "|" + rule.value();
      Stored earlier = rules.get(key);
      if (earlier == null || record.timestamp() >= earlier.publishedMillis()) {
        rules.put(key, new Stored(rule, record.timestamp()));
      }
    } catch (MalformedRuleException e) {
      malformed[0]++;
    }
  }

  private void print(Stored stored) {
    RuleRecord rule = stored.rule();
    if (rule.kind() == RuleRecord.Kind.FORGET) {
      out()
          .printf(
              "forget %s %s: events before %s%n",
              printable(rule.name()),
              printable(rule.value()),
              Instant.ofEpochMilli(rule.untilMillis()));
      return;
    }
    out()
        .printf(
            "%s %s: from %s%s%n",
            printable(rule.name()),
            printable(rule.value()),
            Instant.ofEpochMilli(rule.fromMillis()),
            rule.untilMillis() == RuleRecord.FOR_EVER
                ? ""
                : " until " + Instant.ofEpochMilli(rule.untilMillis()));
  }
}
