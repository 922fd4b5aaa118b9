package io.countermachine.local.torture;

import io.countermachine.local.verification.Recomputation.BlockedValues;
import io.countermachine.rules.RuleRecord;
import io.countermachine.rules.RulesWriter;
import io.countermachine.rules.RulesWriter.WriteException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Properties;
import org.apache.kafka.clients.producer.ProducerConfig;

/**
 * Publishes rules while faults occur, one per value. Most rules start to apply well after their
 * publication, and some are lifted before they start. So whether an event is blocked depends only
 * on its own instant, and not on when the job reads which record.
 */
final class RuleFeed implements AutoCloseable, BlockedValues {
  static final String TOPIC = "rules";
  static final String USERS = "bots";
  static final String POSTS = "spam";

  /**
   * How long before its start a rule is published, or lifted: longer than events are in the future
   * and the broker is down, together.
   */
  private static final Duration NOTICE = Duration.ofSeconds(90);

  /** How much later a rule starts to apply if it will be lifted. */
  private static final Duration TIME_TO_LIFT = Duration.ofMinutes(3);

  private static final Duration HOLDS = Duration.ofSeconds(40);

  /** A rule in the topic. */
  private record Rule(String list, String value, long fromMillis, long untilMillis) {}

  private final RulesWriter writer;
  private final List<Rule> rules = new ArrayList<>();
  private Rule toLift;
  private int published;

  RuleFeed(String bootstrapServers) {
    Properties kafka = new Properties();
    kafka.put(ProducerConfig.BOOTSTRAP_SERVERS_CONFIG, bootstrapServers);
    writer = new RulesWriter(kafka, TOPIC);
  }

  /**
   * Publishes the next rules, as long as there are users without one. Also lifts the previous rule
   * that was chosen for it, if there is one.
   */
  void next() {
    lift();
    if (2 * published >= EventGenerator.READERS - 2) {
      return;
    }
    int number = ++published;
    publish(USERS, EventGenerator.reader(number), NOTICE);
    // Users who view, and posts that readers open.
    publish(USERS, Integer.toString(number), NOTICE);
    if (number % 3 == 1) {
      publish(POSTS, EventGenerator.post(number), NOTICE);
    }
    toLift = publish(USERS, EventGenerator.reader(EventGenerator.READERS - number), TIME_TO_LIFT);
  }

  private void lift() {
    long notice = System.currentTimeMillis() + NOTICE.toMillis() + RuleRecord.NOTICE_MILLIS;
    if (toLift != null && notice < toLift.fromMillis()) {
      write(toLift, null);
      rules.remove(toLift);
    }
  }

  private Rule publish(String list, String value, Duration ahead) {
    long from = System.currentTimeMillis() + ahead.toMillis();
    Rule rule = new Rule(list, value, from, from + HOLDS.toMillis());
    write(rule, RuleRecord.value(rule.fromMillis(), rule.untilMillis()));
    rules.add(rule);
    return rule;
  }

  private void write(Rule rule, byte[] value) {
    try {
      writer.write(RuleRecord.key(rule.list(), rule.value()), value);
    } catch (WriteException e) {
      throw new IllegalStateException("a rule could not be published", e);
    }
  }

  @Override
  public boolean blocks(String list, String value, long timeMillis) {
    return rules.stream()
        .anyMatch(
            rule ->
                rule.list().equals(list)
                    && rule.value().equals(value)
                    && timeMillis >= rule.fromMillis()
                    && timeMillis < rule.untilMillis());
  }

  @Override
  public void close() {
    writer.close();
  }
}
