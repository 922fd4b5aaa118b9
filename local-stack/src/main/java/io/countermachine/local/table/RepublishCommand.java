package io.countermachine.local.table;

import io.countermachine.item.CatalogItem;
import io.countermachine.item.CounterTable;
import io.countermachine.local.cli.LocalCommand;
import io.countermachine.local.process.Await;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Optional;
import java.util.UUID;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;

/**
 * {@code counter-machine republish}: asks the job of a table to write every item of its state
 * again. The request is stored in the table's {@code #catalog} item, so the command needs only the
 * table.
 */
@Command(
    name = "republish",
    customSynopsis = "counter-machine republish [options]",
    description = {
      "let the job of a table write every item of its state to the table again; the running job, or",
      "the next one to start, takes the request up; its option --republish-rate sets the speed"
    })
public final class RepublishCommand extends LocalCommand {
  /** A running job checks every 10 s, and acknowledges at its following check. */
  private static final Duration ANSWERED_WITHIN = Duration.ofSeconds(40);

  private final Duration answeredWithin;
  @Mixin private TableOptions options;

  public RepublishCommand() {
    this(ANSWERED_WITHIN);
  }

  RepublishCommand(Duration answeredWithin) {
    this.answeredWithin = answeredWithin;
  }

  @Override
  protected int run() {
    try (DynamoDbClient client = options.client()) {
      ask(new CounterTable(client, options.table()));
      return DONE;
    } catch (SdkException e) {
      return fail("%s", options.explain(e));
    }
  }

  private void ask(CounterTable table) {
    String request = UUID.randomUUID().toString();
    table.requestRepublish(request);
    out().printf("asked the job of table %s to write every item again …%n", options.table());
    long end = System.nanoTime() + answeredWithin.toNanos();
    while (System.nanoTime() < end) {
      Optional<CatalogItem> answer =
          table.catalogItem().filter(item -> item.republishing().equals(Optional.of(request)));
      if (answer.isPresent()) {
        out()
            .printf(
                "the job writes them until about %s; its metric republishKeysLeft counts down%n",
                Instant.ofEpochMilli(answer.get().republishEndsMillis())
                    .truncatedTo(ChronoUnit.SECONDS));
        return;
      }
      Await.pause();
    }
    out()
        .printf(
            "no job responded within %d s; a stopped job writes the items when it starts%n",
            answeredWithin.toSeconds());
  }
}
