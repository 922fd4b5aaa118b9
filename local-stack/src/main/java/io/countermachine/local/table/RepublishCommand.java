package io.countermachine.local.table;

import io.countermachine.item.CatalogItem;
import io.countermachine.item.CounterTable;
import io.countermachine.local.cli.Usage;
import io.countermachine.local.cli.UsageException;
import io.countermachine.local.process.Await;
import java.io.PrintStream;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import software.amazon.awssdk.core.exception.SdkClientException;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.dynamodb.model.ResourceNotFoundException;

/**
 * {@code counter-machine republish}: asks the job of a table to write every item of its state
 * again. The request is in the table's {@code #catalog} item, so all that is needed is the table; a
 * job that does not run takes it up when it starts.
 */
public final class RepublishCommand {
  static final String USAGE = Usage.of("republish");

  private static final int ASKED = 0;
  private static final int FAILED = 1;
  private static final int WRONG_USAGE = 2;

  /** A running job looks every 10 s, and says so after its next look. */
  private static final Duration ANSWERED_WITHIN = Duration.ofSeconds(40);

  private RepublishCommand() {}

  public static void main(String[] arguments) {
    System.exit(run(System.out, System.err, ANSWERED_WITHIN, arguments));
  }

  /** Asks, waits for the job's answer for so long, and returns the exit code. */
  static int run(PrintStream out, PrintStream err, Duration answeredWithin, String... arguments) {
    if (List.of(arguments).contains("--help") || List.of(arguments).contains("-h")) {
      out.print(USAGE);
      return ASKED;
    }
    TableOptions options;
    try {
      options = parse(arguments);
    } catch (UsageException e) {
      err.println("counter-machine republish: " + e.getMessage());
      err.print(USAGE);
      return WRONG_USAGE;
    }
    try (DynamoDbClient client = options.client()) {
      ask(new CounterTable(client, options.table()), options, answeredWithin, out);
      return ASKED;
    } catch (ResourceNotFoundException e) {
      err.printf(
          "counter-machine republish: there is no table %s at %s; --table names another%n",
          options.table(), options.place());
    } catch (SdkClientException e) {
      err.printf(
          "counter-machine republish: %s does not answer: %s%n%s%n",
          options.place(),
          e.getMessage(),
          "is the demo running? --dynamodb-endpoint and --region name another store");
    } catch (SdkException e) {
      err.println("counter-machine republish: " + e.getMessage());
    }
    return FAILED;
  }

  private static TableOptions parse(String... arguments) {
    TableOptions.Parser options = new TableOptions.Parser();
    for (int i = 0; i < arguments.length; i += 2) {
      if (i + 1 == arguments.length) {
        throw new UsageException(arguments[i] + ": expected an option and its value");
      }
      options.take(arguments[i], arguments[i + 1]);
    }
    return options.options();
  }

  private static void ask(
      CounterTable table, TableOptions options, Duration answeredWithin, PrintStream out) {
    String request = UUID.randomUUID().toString();
    table.requestRepublish(request);
    out.printf("asked the job of table %s to write every item again …%n", options.table());
    long end = System.nanoTime() + answeredWithin.toNanos();
    while (System.nanoTime() < end) {
      Optional<CatalogItem> answer =
          table.catalogItem().filter(item -> item.republishing().equals(Optional.of(request)));
      if (answer.isPresent()) {
        out.printf(
            "the job does it, until about %s; its metric republishKeysLeft tells how far it is%n",
            Instant.ofEpochMilli(answer.get().republishEndsMillis())
                .truncatedTo(ChronoUnit.SECONDS));
        return;
      }
      Await.pause();
    }
    out.printf(
        "no job has answered within %d s; one that does not run does it when it starts%n",
        answeredWithin.toSeconds());
  }
}
