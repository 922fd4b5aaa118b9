package io.countermachine.local.table;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.countermachine.catalog.Catalog;
import io.countermachine.catalog.Group;
import io.countermachine.catalog.Suggestions;
import io.countermachine.item.ItemCodec;
import io.countermachine.item.ItemKey;
import io.countermachine.local.cli.LocalCommand;
import io.countermachine.local.text.DisplayFormat;
import java.math.BigDecimal;
import java.nio.file.Path;
import java.time.Clock;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.UnmatchedArgumentException;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;

/**
 * {@code counter-machine show GROUP KEY...}: prints one item, in either storage format, and its
 * current values.
 */
@Command(
    name = "show",
    customSynopsis = "counter-machine show GROUP KEY... [options]",
    description = "print an item of the table, with its stored and current values")
public final class ShowCommand extends LocalCommand {
  private static final List<String> ORDER =
      List.of(
          ItemCodec.KEY,
          ItemCodec.FEATURE_NAME,
          ItemCodec.LAST_UPDATE,
          ItemCodec.COUNTS,
          ItemCodec.PANES,
          ItemCodec.LABELS,
          ItemCodec.LISTS,
          ItemCodec.EXPIRES_AT);

  private final Clock clock;

  @Parameters(index = "0", paramLabel = "GROUP", description = "a group of the catalog")
  private String group;

  @Parameters(
      index = "1..*",
      arity = "1..*",
      paramLabel = "KEY",
      description =
          "the values of the group's key fields, in order; or the table's key, joined with |")
  private List<String> keyValues;

  @Option(
      names = "--catalog",
      paramLabel = "FILE",
      description = "the catalog with the group, default: the bundled one")
  private Path catalogFile;

  @Option(names = "--json", description = "print only the item, as JSON in the readable format")
  private boolean json;

  @Mixin private TableOptions store;

  public ShowCommand() {
    this(Clock.systemUTC());
  }

  ShowCommand(Clock clock) {
    this.clock = clock;
  }

  /** A key may begin with a dash, which picocli would treat as an option. */
  @Override
  protected void configure(CommandLine line) {
    line.setUnmatchedOptionsArePositionalParams(true);
  }

  @Override
  protected void check() {
    keyValues.stream()
        .filter(value -> value.startsWith("--"))
        .findFirst()
        .ifPresent(
            unknown -> {
              throw new UnmatchedArgumentException(spec().commandLine(), List.of(unknown));
            });
  }

  @Override
  protected int run() {
    try (DynamoDbClient client = store.client()) {
      Catalog catalog = catalog(catalogFile);
      Map<String, AttributeValue> item = read(client);
      if (item.isEmpty()) {
        return fail(
            "table %s has no item of group %s and key %s%s",
            store.table(), group, key(), hint(catalog));
      }
      if (!item.containsKey(ItemCodec.COUNTS) && !item.containsKey(ItemCodec.PACKED)) {
        return fail("the item of group %s and key %s has no counters", group, key());
      }
      if (json) {
        out().println(json(ItemCodec.readable(item)));
      } else {
        new ItemFormatter(ItemCodec.readable(item), catalog.group(group))
            .lines(clock.millis())
            .forEach(out()::println);
      }
      return DONE;
    } catch (SdkException e) {
      return fail("%s", store.explain(e));
    } catch (IllegalArgumentException e) {
      return fail("%s", e.getMessage());
    }
  }

  /** The key as in the table. A single value is used unchanged. */
  private String key() {
    return keyValues.size() == 1
        ? keyValues.get(0)
        : ItemKey.join(keyValues.toArray(String[]::new));
  }

  /** A hint about what may be wrong with the group or key, based on the catalog. */
  private String hint(Catalog catalog) {
    Optional<Group> known = catalog.group(group);
    if (known.isEmpty()) {
      List<String> groups = catalog.groups().stream().map(Group::name).toList();
      return "%nthere is no such group in %s; %s%s"
          .formatted(
              catalogFile == null ? "the bundled catalog" : catalogFile,
              Suggestions.nearest(group, groups)
                  .map(nearest -> "did you mean " + nearest + "?")
                  .orElse("it has " + String.join(", ", groups)),
              catalogFile == null ? "; --catalog names another catalog" : "");
    }
    List<String> fields = known.get().keyFields();
    return keyValues.size() == fields.size() || (keyValues.size() == 1 && key().indexOf('|') > 0)
        ? ""
        : "%nits key has %s: %s"
            .formatted(DisplayFormat.count(fields.size(), "value"), String.join(", ", fields));
  }

  private Map<String, AttributeValue> read(DynamoDbClient client) {
    return client
        .getItem(
            request ->
                request
                    .tableName(store.table())
                    .key(ItemCodec.encodeKey(new ItemKey(group, key())))
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
    if (value.hasL()) {
      return value.l().stream().map(ShowCommand::plain).toList();
    }
    return value.n() == null ? String.valueOf(value.s()) : new BigDecimal(value.n());
  }
}
