package io.countermachine.bench.redis;

import io.countermachine.bench.workload.FeatureCall;
import io.countermachine.bench.workload.FeatureCall.Answer;
import io.countermachine.bench.workload.FeatureCall.Metadata;
import io.countermachine.bench.workload.FeatureCall.Request;
import io.countermachine.bench.workload.FeatureCall.Result;
import io.countermachine.catalog.Catalog;
import io.countermachine.catalog.Feature;
import io.countermachine.catalog.Group;
import io.countermachine.catalog.Ratio;
import io.countermachine.catalog.yaml.CatalogLoader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.SpringBootApplication;
import org.springframework.data.redis.connection.lettuce.LettuceConnection.PipeliningFlushPolicy;
import org.springframework.data.redis.connection.lettuce.LettuceConnectionFactory;
import org.springframework.data.redis.core.RedisCallback;
import org.springframework.data.redis.core.StringRedisTemplate;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RestController;

/**
 * A lookup of ready values, to measure beside: what one would take where something else computes
 * each value beforehand and writes it to Redis. A hash per group and key has a field per feature; a
 * request reads the fields of all its keys in one round trip, and nothing is computed. Spring's
 * defaults, but for what its pipelines need: pooled connections, and commands sent together.
 */
@SpringBootApplication(proxyBeanMethods = false)
@RestController
public class RedisService {
  private final Map<String, Lookup> lookups = new HashMap<>();
  private final StringRedisTemplate redis;

  RedisService(
      @Value("${counter-machine.catalog}") Path file,
      StringRedisTemplate redis,
      LettuceConnectionFactory connections) {
    Catalog catalog = CatalogLoader.load(file);
    catalog.sets().forEach((name, features) -> lookups.put(name, Lookup.of(features)));
    connections.setPipeliningFlushPolicy(PipeliningFlushPolicy.flushOnClose());
    this.redis = redis;
  }

  public static void main(String[] arguments) {
    SpringApplication.run(RedisService.class, arguments);
  }

  /** Where the values of a group's key are. */
  static String hash(String group, String key) {
    return group + ":" + key;
  }

  private static byte[] utf8(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  /**
   * How a set is looked up.
   *
   * @param names the features', in order
   * @param groups theirs, each once
   * @param places of each feature where its value is among those of its group
   * @param defaults of each feature the value where nothing is stored; null for none
   */
  private record Lookup(
      List<String> names, List<OfGroup> groups, List<Place> places, List<Double> defaults) {

    static Lookup of(List<Feature> features) {
      Map<Group, List<String>> fields = new LinkedHashMap<>();
      List<Place> places = new ArrayList<>();
      for (Feature feature : features) {
        List<String> ofGroup = fields.computeIfAbsent(feature.group(), first -> new ArrayList<>());
        places.add(
            new Place(List.copyOf(fields.keySet()).indexOf(feature.group()), ofGroup.size()));
        ofGroup.add(feature.name());
      }
      return new Lookup(
          features.stream().map(Feature::name).toList(),
          fields.entrySet().stream()
              .map(
                  entry ->
                      new OfGroup(
                          entry.getKey().name(),
                          entry.getKey().keyFields(),
                          entry.getValue().stream().map(RedisService::utf8).toArray(byte[][]::new)))
              .toList(),
          places,
          features.stream().map(Lookup::withoutEvents).collect(Collectors.toList()));
    }

    /** A count or sum is 0, a ratio is its prior, if it has one. */
    private static Double withoutEvents(Feature feature) {
      return feature.ratio().isEmpty()
          ? Double.valueOf(0)
          : feature.ratio().filter(Ratio::isSmoothed).map(Ratio::prior).orElse(null);
    }
  }

  @SuppressWarnings("ArrayRecordComponent") // As the client takes them; never compared.
  private record OfGroup(String name, List<String> keyFields, byte[][] fields) {
    private String hash(Map<String, String> candidate) {
      return RedisService.hash(name, FeatureCall.key(keyFields, candidate));
    }
  }

  private record Place(int group, int field) {}

  @PostMapping("/v1/features")
  Answer features(@RequestBody Request request) {
    Lookup lookup = lookups.get(request.set());
    Map<String, Integer> reads = new HashMap<>();
    List<String> hashes = new ArrayList<>();
    List<OfGroup> groups = new ArrayList<>();
    List<int[]> readsOfCandidates = new ArrayList<>();
    for (Map<String, String> candidate : request.candidates()) {
      Map<String, String> fields = request.fields(candidate);
      int[] ofCandidate = new int[lookup.groups().size()];
      for (int i = 0; i < ofCandidate.length; i++) {
        OfGroup group = lookup.groups().get(i);
        String hash = group.hash(fields);
        Integer read = reads.putIfAbsent(hash, hashes.size());
        ofCandidate[i] = read == null ? hashes.size() : read;
        if (read == null) {
          hashes.add(hash);
          groups.add(group);
        }
      }
      readsOfCandidates.add(ofCandidate);
    }
    List<Object> found =
        redis.executePipelined(
            (RedisCallback<Object>)
                connection -> {
                  for (int i = 0; i < hashes.size(); i++) {
                    connection.hashCommands().hMGet(utf8(hashes.get(i)), groups.get(i).fields());
                  }
                  return null;
                });
    List<Result> results = new ArrayList<>();
    for (int[] ofCandidate : readsOfCandidates) {
      List<Double> values = new ArrayList<>();
      for (int i = 0; i < lookup.names().size(); i++) {
        Place place = lookup.places().get(i);
        Object value = ((List<?>) found.get(ofCandidate[place.group()])).get(place.field());
        values.add(value == null ? lookup.defaults().get(i) : Double.valueOf((String) value));
      }
      results.add(new Result(values));
    }
    return new Answer(new Metadata(request.asOf(), lookup.names(), false), results);
  }
}
