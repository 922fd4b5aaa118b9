package io.countermachine.service.rules;

import io.countermachine.catalog.Catalog;
import io.countermachine.catalog.Rules;
import io.countermachine.rules.RuleBook;
import io.countermachine.rules.RulesReader;
import io.countermachine.rules.RulesWriter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The rules of the catalog's topic, which is read in the background. Kafka's clients exist only if
 * the catalog has rules and the brokers are set. While the topic cannot be read, the last known
 * rules apply.
 */
final class TopicRules implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(TopicRules.class);

  private final RulesProperties properties;
  private final Optional<Rules> rules;
  private final RulesReader reader;
  private final KeyRules keys;
  private RulesWriter writer;

  TopicRules(Catalog catalog, RulesProperties properties, MeterRegistry registry) {
    this.properties = properties;
    this.rules = catalog.rules();
    if (rules.isEmpty()) {
      reader = null;
      keys = KeyRules.NONE;
    } else if (!hasBrokers()) {
      LOG.warn(
          "the catalog has rules, but counter-machine.rules.bootstrap-servers is not set: no key is"
              + " shown as BLOCKED, and no rule can be changed here");
      reader = null;
      keys = KeyRules.NONE;
    } else {
      RuleBook book = new RuleBook(catalog, false);
      keys = new KeyRules(catalog, book);
      reader =
          new RulesReader(
              properties.client(),
              rules.get().topic(),
              record ->
                  book.apply(record.key(), record.value(), record.timestamp(), record.offset()));
      reader.start();
      meter(book, registry);
    }
  }

  private void meter(RuleBook book, MeterRegistry registry) {
    for (String list : book.names()) {
      Gauge.builder("countermachine.rules", book, rulesOf -> rulesOf.size(list))
          .description("values on the list")
          .tag("list", list)
          .register(registry);
    }
    Gauge.builder("countermachine.rules.malformed", book, RuleBook::malformed)
        .description("records of the rules topic that are not valid rules")
        .register(registry);
    Gauge.builder("countermachine.rules.read", reader, read -> read.isReading() ? 1 : 0)
        .description("1 while the rules topic is read, 0 before and while reading fails")
        .register(registry);
  }

  boolean hasBrokers() {
    return !properties.bootstrapServers().isBlank();
  }

  /** The catalog's rules; empty if it has none. */
  Optional<Rules> catalog() {
    return rules;
  }

  /** Which keys are blocked. */
  KeyRules keys() {
    return keys;
  }

  /**
   * Writes a record, and returns after the topic has it.
   *
   * @param value null to lift the rule
   * @throws RulesWriter.WriteException if the topic does not accept it in time
   */
  void write(byte[] key, byte[] value) throws RulesWriter.WriteException {
    writer().write(key, value);
  }

  private synchronized RulesWriter writer() {
    if (writer == null) {
      writer = new RulesWriter(properties.client(), rules.orElseThrow().topic());
    }
    return writer;
  }

  @Override
  public synchronized void close() {
    if (reader != null) {
      reader.close();
    }
    if (writer != null) {
      writer.close();
    }
  }
}
