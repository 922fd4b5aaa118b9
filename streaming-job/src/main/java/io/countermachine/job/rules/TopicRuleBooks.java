package io.countermachine.job.rules;

import io.countermachine.job.config.CatalogText;
import io.countermachine.job.config.JobOptions;
import io.countermachine.rules.RuleBook;
import io.countermachine.rules.RulesReader;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The rules of the catalog's topic. The tasks of a process share one rule book and one reader of
 * the topic, from the first task that opens it to the last that closes it. Checkpoints do not
 * contain rules, because the topic keeps them.
 */
public final class TopicRuleBooks implements RuleBooks {
  private static final long serialVersionUID = 1L;
  private static final Logger LOG = LoggerFactory.getLogger(TopicRuleBooks.class);
  private static final long TELL_SECONDS = 10;
  private static final Map<Key, Shared> OPEN = new HashMap<>();

  private final CatalogText catalog;
  private final Properties kafka;

  private TopicRuleBooks(CatalogText catalog, Properties kafka) {
    this.catalog = catalog;
    this.kafka = kafka;
  }

  /** The rules of the catalog; empty if it has none. */
  public static Optional<RuleBooks> of(CatalogText catalog, JobOptions options) {
    return catalog
        .catalog()
        .rules()
        .map(rules -> new TopicRuleBooks(catalog, options.kafkaClientProperties()));
  }

  private record Key(CatalogText catalog, Properties kafka) {}

  /** One rule book, its reader, and the number of tasks that use them. */
  private static final class Shared {
    private final RuleBook rules;
    private final RulesReader reader;
    private int users;

    private Shared(Key key) {
      rules = new RuleBook(key.catalog().catalog(), true);
      reader =
          new RulesReader(
              key.kafka(),
              key.catalog().catalog().rules().orElseThrow().topic(),
              record ->
                  rules.apply(record.key(), record.value(), record.timestamp(), record.offset()));
      reader.start();
    }
  }

  @Override
  public OpenRuleBook open() throws InterruptedException {
    Key key = new Key(catalog, kafka);
    Shared shared;
    synchronized (OPEN) {
      shared = OPEN.computeIfAbsent(key, Shared::new);
      shared.users++;
    }
    boolean isRead = false;
    try {
      await(shared.reader);
      isRead = true;
    } finally {
      if (!isRead) {
        release(key, shared);
      }
    }
    return new Lease(key, shared);
  }

  private static void await(RulesReader reader) throws InterruptedException {
    while (true) {
      try {
        reader.caughtUp().get(TELL_SECONDS, TimeUnit.SECONDS);
        return;
      } catch (TimeoutException e) {
        LOG.info("events wait until the rules topic has been read to its end");
      } catch (ExecutionException e) {
        throw new IllegalStateException(e.getCause().getMessage(), e);
      }
    }
  }

  private static void release(Key key, Shared shared) {
    synchronized (OPEN) {
      if (--shared.users > 0) {
        return;
      }
      OPEN.remove(key, shared);
    }
    shared.reader.close();
  }

  private static final class Lease implements OpenRuleBook {
    private final Key key;
    private final Shared shared;
    private boolean isClosed;

    private Lease(Key key, Shared shared) {
      this.key = key;
      this.shared = shared;
    }

    @Override
    public RuleBook rules() {
      return shared.rules;
    }

    @Override
    public boolean isReading() {
      return shared.reader.isReading();
    }

    @Override
    public void close() {
      if (!isClosed) {
        isClosed = true;
        release(key, shared);
      }
    }
  }
}
