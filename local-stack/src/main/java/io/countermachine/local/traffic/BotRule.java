package io.countermachine.local.traffic;

import io.countermachine.catalog.Catalog;
import io.countermachine.catalog.Rules;
import io.countermachine.local.process.TopicReader;
import io.countermachine.rules.RuleRecord;
import io.countermachine.rules.RulesWriter;
import java.time.Duration;
import java.util.Optional;

/**
 * The rule that blocks the traffic's bot some time after it started.
 *
 * @param topic the topic of the catalog's rules
 * @param list the list that the bot is put on
 * @param value the bot's value
 */
public record BotRule(String topic, String list, String value) {
  /** How long the bot's events are counted. */
  public static final Duration COUNTED = Duration.ofMinutes(1);

  /** The rule for a catalog's traffic; empty if no list of the catalog can contain a bot. */
  public static Optional<BotRule> of(Catalog catalog) {
    TrafficKeys keys = new TrafficKeys(catalog);
    return keys.botList(catalog)
        .map(
            list ->
                new BotRule(
                    catalog.rules().map(Rules::topic).orElseThrow(),
                    list,
                    keys.key(keys.fields().get(0), TrafficKeys.BOT, 0)));
  }

  /**
   * Writes the rule to its topic.
   *
   * @param fromMillis the first instant that the rule applies to, epoch milliseconds
   * @throws IllegalStateException if the topic does not accept it
   */
  public void publish(String bootstrapServers, long fromMillis) {
    try (RulesWriter writer = new RulesWriter(TopicReader.client(bootstrapServers), topic)) {
      writer.write(RuleRecord.key(list, value), RuleRecord.value(fromMillis, RuleRecord.FOR_EVER));
    } catch (RulesWriter.WriteException e) {
      throw new IllegalStateException(e.getMessage(), e);
    }
  }
}
