package io.countermachine.local.table;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.countermachine.catalog.Catalog;
import io.countermachine.catalog.Group;
import io.countermachine.catalog.Suggestions;
import io.countermachine.catalog.yaml.CatalogException;
import io.countermachine.catalog.yaml.CatalogLoader;
import io.countermachine.item.ItemCodec;
import io.countermachine.item.ItemKey;
import io.countermachine.local.cli.UsageException;
import io.countermachine.local.text.DisplayFormat;
import java.io.PrintStream;
import java.math.BigDecimal;
import java.nio.file.Path;
import java.time.Clock;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import software.amazon.awssdk.core.exception.SdkClientException;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import software.amazon.awssdk.services.dynamodb.model.ResourceNotFoundException;

/**
 * {@code counter-machine show GROUP KEY...}: prints one item, in whatever form the table holds it,
 * with what its values are worth now.
 */
public final class ShowCommand {
  private static final int FOUND = 0;
  private static final int FAILED = 1;
  private static final int WRONG_USAGE = 2;
  private static final List<String> ORDER =
      List.of(
          ItemCodec.KEY,
          ItemCodec.FEATURE_NAME,
          ItemCodec.LAST_UPDATE,
          ItemCodec.COUNTS,
          ItemCodec.EXPIRES_AT);

  private ShowCommand() {}

  public static void main(String[] arguments) {
    System.exit(run(System.out, System.err, Clock.systemUTC(), arguments));
  }

  /** Shows the item that the arguments name, and returns the exit code. */
  static int run(PrintStream out, PrintStream err, Clock clock, String... arguments) {
    if (List.of(arguments).contains("--help") || List.of(arguments).contains("-h")) {
      out.print(ShowOptions.USAGE);
      return FOUND;
    }
    ShowOptions options;
    try {
      options = ShowOptions.parse(arguments);
    } catch (UsageException e) {
      err.println("counter-machine show: " + e.getMessage());
      err.print(ShowOptions.USAGE);
      return WRONG_USAGE;
    }
    try (DynamoDbClient client = options.store().client()) {
      Catalog catalog =
          options.catalog().isPresent()
              ? CatalogLoader.load(options.catalog().get())
              : CatalogLoader.loadBundled();
      Map<String, AttributeValue> item = read(client, options);
      if (item.isEmpty()) {
        err.printf(
            "counter-machine show: table %s holds no item of group %s and key %s%s%n",
            options.store().table(), options.group(), options.key(), hint(options, catalog));
        return FAILED;
      }
      if (!item.containsKey(ItemCodec.COUNTS) && !item.containsKey(ItemCodec.PACKED)) {
        err.printf(
            "counter-machine show: the item of group %s and key %s has no counters%n",
            options.group(), options.key());
        return FAILED;
      }
      if (options.json()) {
        out.println(json(ItemCodec.readable(item)));
      } else {
        new ItemFormatter(ItemCodec.readable(item), catalog.group(options.group()))
            .lines(clock.millis())
            .forEach(out::println);
      }
      return FOUND;
    } catch (CatalogException e) {
      e.faults().forEach(err::println);
      return FAILED;
    } catch (ResourceNotFoundException e) {
      err.printf(
          "counter-machine show: there is no table %s at %s; --table names another%n",
          options.store().table(), options.store().place());
      return FAILED;
    } catch (SdkClientException e) {
      err.printf(
          "counter-machine show: %s does not answer: %s%n%s%n",
          options.store().place(),
          e.getMessage(),
          "is the demo running? --dynamodb-endpoint and --region name another store");
      return FAILED;
    } catch (SdkException | IllegalArgumentException e) {
      err.println("counter-machine show: " + e.getMessage());
      return FAILED;
    }
  }

  /** What may be wrong with the question, by the catalog. */
  private static String hint(ShowOptions options, Catalog catalog) {
    String named = options.catalog().map(Path::toString).orElse("the bundled catalog");
    Optional<Group> group = catalog.group(options.group());
    if (group.isEmpty()) {
      List<String> groups = catalog.groups().stream().map(Group::name).toList();
      return "%nthere is no such group in %s; %s%s"
          .formatted(
              named,
              Suggestions.nearest(options.group(), groups)
                  .map(nearest -> "did you mean " + nearest + "?")
                  .orElse("it has " + String.join(", ", groups)),
              options.catalog().isPresent() ? "" : "; --catalog names another catalog");
    }
    int fields = group.get().keyFields().size();
    int given = options.keyParts().size();
    return given == fields || (given == 1 && options.key().indexOf('|') > 0)
        ? ""
        : "%nits key is %s: %s"
            .formatted(
                DisplayFormat.count(fields, "value"), String.join(", ", group.get().keyFields()));
  }

  private static Map<String, AttributeValue> read(DynamoDbClient client, ShowOptions options) {
    return client
        .getItem(
            request ->
                request
                    .tableName(options.store().table())
                    .key(ItemCodec.encodeKey(new ItemKey(options.group(), options.key())))
                    .consistentRead(true))
        .item();
  }

  private static String json(Map<String, AttributeValue> item) {
    Map<String, Object> attributes = new LinkedHashMap<>();
    for (String name : ORDER) {
      if (item.containsKey(name)) {
        attributes.put(name, plain(item.get(name)));
      }
    }
    try {
      return new ObjectMapper().writerWithDefaultPrettyPrinter().writeValueAsString(attributes);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("an item cannot be written as JSON", e);
    }
  }

  private static Object plain(AttributeValue value) {
    if (value.hasM()) {
      Map<String, Object> map = new TreeMap<>(ItemFormatter.BY_INTERVAL);
      value.m().forEach((name, member) -> map.put(name, plain(member)));
      return map;
    }
    return value.n() == null ? String.valueOf(value.s()) : new BigDecimal(value.n());
  }
}
