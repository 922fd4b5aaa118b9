package io.countermachine.local.rules;

import com.fasterxml.jackson.databind.JsonNode;
import io.countermachine.catalog.Catalog;
import io.countermachine.catalog.Rules;
import io.countermachine.catalog.yaml.CatalogLoader;
import io.countermachine.local.cli.KafkaOptions;
import io.countermachine.local.process.LocalHttp;
import io.countermachine.rules.RulesWriter;
import java.io.PrintWriter;
import java.net.URI;
import java.nio.file.Path;
import java.util.LinkedHashSet;
import java.util.Optional;
import java.util.Properties;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Consumer;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/**
 * The options for a rules topic and for the catalog that defines its names. The defaults are the
 * demo's: its topic, and the catalog that its service returns.
 */
final class RulesTopicOptions {
  private static final URI DEMO = URI.create("http://localhost:8080");

  @Option(
      names = "--catalog",
      paramLabel = "FILE",
      description = "the catalog with the rules topic, its lists and key fields")
  private Path catalog;

  @Option(
      names = "--service",
      paramLabel = "URL",
      description =
          "the service to ask for the lists and key fields if no catalog is named, default: the demo's,"
              + " http://localhost:8080, if the brokers are the demo's")
  private URI service;

  private Optional<Catalog> loaded;
  private Optional<JsonNode> served;

  @Option(
      names = "--topic",
      paramLabel = "NAME",
      description = "default: the catalog's, or rules without a catalog")
  private String topic;

  @Mixin private KafkaOptions kafka;

  /** The catalog, if the option is set. */
  private Optional<Catalog> catalog() {
    if (loaded == null) {
      loaded = Optional.ofNullable(catalog).map(CatalogLoader::load);
    }
    return loaded;
  }

  /**
   * The rules of the catalog, if the option is set.
   *
   * @throws IllegalStateException if that catalog has no rules
   */
  private Optional<Rules> rules() {
    return catalog()
        .map(
            named ->
                named
                    .rules()
                    .orElseThrow(
                        () ->
                            new IllegalStateException(
                                "%s has no rules; add for example rules: {topic: rules, lists: {bots: userId}}"
                                    .formatted(catalog))));
  }

  String topic() {
    if (topic != null) {
      return topic;
    }
    return rules()
        .map(Rules::topic)
        .or(
            () ->
                served()
                    .map(found -> found.at("/rules/topic").asText(""))
                    .filter(name -> !name.isEmpty()))
        .orElse("rules");
  }

  /**
   * The catalog as the service returns it; empty if no service is asked, or if it does not respond.
   */
  private Optional<JsonNode> served() {
    if (served == null) {
      served =
          askedService().flatMap(url -> LocalHttp.json(LocalHttp.get(url.resolve("/v1/catalog"))));
    }
    return served;
  }

  /**
   * With brokers other than the demo's, the demo's service is not asked, because it belongs to
   * another machine.
   */
  private Optional<URI> askedService() {
    if (catalog != null || service != null) {
      return catalog != null ? Optional.empty() : Optional.of(service);
    }
    return kafka.servers().equals(KafkaOptions.DEMO) ? Optional.of(DEMO) : Optional.empty();
  }

  /**
   * The names of the catalog's lists; empty if the catalog is unknown.
   *
   * @throws IllegalStateException if the catalog has no rules
   */
  Optional<Set<String>> lists() {
    if (catalog != null) {
      return rules().map(rules -> rules.lists().keySet());
    }
    return served().map(found -> names(found.at("/rules/lists")));
  }

  /** The fields in the keys of the catalog's groups; empty if the catalog is unknown. */
  Optional<Set<String>> keyFields() {
    Set<String> fields = new TreeSet<>();
    if (catalog != null) {
      catalog().orElseThrow().groups().forEach(group -> fields.addAll(group.keyFields()));
      return Optional.of(fields);
    }
    return served()
        .map(
            found -> {
              found
                  .path("groups")
                  .forEach(group -> group.path("key").forEach(field -> fields.add(field.asText())));
              return fields;
            });
  }

  /**
   * Checks a name against the known ones. If they are unknown, prints a warning instead.
   *
   * @param known the valid names; empty if unknown
   * @param check throws if the name is not one of them
   * @param question the unverified fact, for the warning after "whether"
   */
  void check(
      Optional<Set<String>> known, Consumer<Set<String>> check, String question, PrintWriter err) {
    known.ifPresentOrElse(
        check, () -> err.printf("WARNING: it is unknown whether %s: %s%n", question, unchecked()));
  }

  private String unchecked() {
    return askedService()
            .map(url -> "the service at %s does not show its catalog".formatted(url))
            .orElse("no catalog is named")
        + "; --catalog FILE or --service URL says what there is";
  }

  private static Set<String> names(JsonNode object) {
    Set<String> names = new LinkedHashSet<>();
    object.fieldNames().forEachRemaining(names::add);
    return names;
  }

  String servers() {
    return kafka.servers();
  }

  Properties client() {
    return kafka.client();
  }

  /**
   * Writes a record, and returns after the topic has it.
   *
   * @param value null to lift the rule of the key
   * @throws IllegalStateException if the topic does not exist, or does not accept the record
   */
  void write(byte[] key, byte[] value) {
    try (RulesWriter writer = new RulesWriter(client(), topic())) {
      writer.write(key, value);
    } catch (RulesWriter.WriteException e) {
      throw new IllegalStateException(
          "%s at %s%nis the demo running with a catalog that has rules? --bootstrap-servers and"
                  .formatted(e.getMessage(), kafka.servers())
              + " --topic name others",
          e);
    }
  }
}
