package io.countermachine.local.traffic;

import com.fasterxml.jackson.databind.JsonNode;
import io.countermachine.catalog.Catalog;
import io.countermachine.catalog.FieldPlace;
import io.countermachine.catalog.Group;
import io.countermachine.item.ItemKey;
import io.countermachine.item.KeyText;
import java.net.URI;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * A key that an event counts for, as an example.
 *
 * @param values the values of the group's key fields, in order
 */
public record ExampleKey(Group group, List<String> values) {
  /**
   * The first group's key that an event with a name counts for. Empty if there is none, or if a
   * value of the key would need escaping in a shell.
   */
  public static Optional<ExampleKey> of(Catalog catalog, String name, JsonNode event) {
    for (Group group : catalog.groups()) {
      List<String> values = new ArrayList<>();
      for (String field : group.keyFields()) {
        value(at(event, catalog.place(field)), catalog.place(field)).ifPresent(values::add);
      }
      if (group.counts(name) && values.size() == group.keyFields().size()) {
        return Optional.of(new ExampleKey(group, List.copyOf(values)));
      }
    }
    return Optional.empty();
  }

  /** The value at a place in an event. */
  public static JsonNode at(JsonNode event, FieldPlace place) {
    JsonNode node = event;
    for (String part : place.path()) {
      node = node.path(part);
    }
    return node;
  }

  private static Optional<String> value(JsonNode node, FieldPlace place) {
    JsonNode one = node.isArray() ? node.path(0) : node;
    if (one.isIntegralNumber()) {
      return Optional.of(KeyText.ofInteger(one.asText()));
    }
    // Other values are keys as well, but some need escaping in a shell, a URL or the table.
    return one.isTextual()
            && one.textValue().matches("[A-Za-z0-9_@:][A-Za-z0-9_@:.-]*")
            && !place.absent().contains(one.textValue())
        ? Optional.of(one.textValue())
        : Optional.empty();
  }

  /** A shell command that requests the key's counters from the service. */
  public String curl(URI service) {
    String key = ItemKey.join(values.toArray(String[]::new));
    return "curl -s '%s/v1/groups/%s/%s'"
        .formatted(service, group.name(), URLEncoder.encode(key, StandardCharsets.UTF_8));
  }

  /**
   * A shell command that shows the key's item.
   *
   * @param options the options that differ from the defaults, such as {@code --catalog FILE}
   */
  public String show(List<String> options) {
    List<String> line = new ArrayList<>(List.of("./counter-machine show", group.name()));
    line.addAll(values);
    line.addAll(options);
    return String.join(" ", line);
  }
}
