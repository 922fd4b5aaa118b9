package io.countermachine.bench.obvious;

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
import io.countermachine.item.CounterTable;
import java.net.URI;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Collectors;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.SpringBootApplication;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RestController;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.dynamodb.DynamoDbAsyncClient;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import software.amazon.awssdk.services.dynamodb.model.GetItemResponse;

/**
 * The service that one would write first, for comparison: the defaults of Spring and the SDK, a
 * GetItem per candidate and group, no cache. It supports what the benchmark requests: it reads
 * every item of every candidate, and then computes feature by feature.
 */
@SpringBootApplication(proxyBeanMethods = false)
@RestController
public class ObviousService {
  private final Catalog catalog;
  private final DynamoDbAsyncClient client;

  ObviousService(
      @Value("${counter-machine.catalog}") Path catalog,
      @Value("${counter-machine.dynamodb.endpoint}") URI endpoint) {
    this.catalog = CatalogLoader.load(catalog);
    this.client =
        DynamoDbAsyncClient.builder().endpointOverride(endpoint).region(Region.US_EAST_1).build();
  }

  public static void main(String[] arguments) {
    SpringApplication.run(ObviousService.class, arguments);
  }

  @PostMapping("/v1/features")
  Answer features(@RequestBody Request request) {
    List<Feature> features = catalog.sets().get(request.set());
    Set<Group> groups =
        features.stream().map(Feature::group).collect(Collectors.toCollection(LinkedHashSet::new));
    List<Map<Group, CompletableFuture<GetItemResponse>>> reads = new ArrayList<>();
    for (Map<String, String> candidate : request.candidates()) {
      Map<String, String> fields = request.fields(candidate);
      Map<Group, CompletableFuture<GetItemResponse>> ofCandidate = new HashMap<>();
      for (Group group : groups) {
        ofCandidate.put(group, read(group, fields));
      }
      reads.add(ofCandidate);
    }
    List<Result> results = new ArrayList<>();
    for (Map<Group, CompletableFuture<GetItemResponse>> ofCandidate : reads) {
      List<Double> values = new ArrayList<>();
      for (Feature feature : features) {
        values.add(value(feature, ofCandidate.get(feature.group()).join().item(), request.asOf()));
      }
      results.add(new Result(values));
    }
    return new Answer(
        new Metadata(request.asOf(), features.stream().map(Feature::name).toList(), false),
        results);
  }

  private CompletableFuture<GetItemResponse> read(Group group, Map<String, String> fields) {
    String key = FeatureCall.key(group.keyFields(), fields);
    return client.getItem(
        call ->
            call.tableName(CounterTable.DEFAULT_NAME)
                .key(
                    Map.of(
                        "key", AttributeValue.fromS(key),
                        "featureName", AttributeValue.fromS(group.name()))));
  }

  private static Double value(Feature feature, Map<String, AttributeValue> item, long asOf) {
    Group group = feature.group();
    if (feature.origin() instanceof Feature.Stored stored) {
      return decayed(group, stored.output(), stored.interval(), item, asOf);
    }
    Ratio ratio = feature.ratio().orElseThrow();
    double of = decayed(group, ratio.of(), feature.interval(), item, asOf);
    double per = decayed(group, ratio.per(), feature.interval(), item, asOf);
    double below = per + ratio.weight();
    return below == 0 ? null : (of + ratio.weight() * ratio.prior()) / below;
  }

  private static double decayed(
      Group group, int measure, int interval, Map<String, AttributeValue> item, long asOf) {
    if (item.isEmpty()) {
      return 0;
    }
    AttributeValue row = item.get("counts").m().get(group.schema().measures().get(measure).name());
    AttributeValue value =
        row == null ? null : row.m().get(group.schema().intervals().get(interval).label());
    if (value == null) {
      return 0;
    }
    double elapsed = asOf - Long.parseLong(item.get("lastUpdate").n());
    return Double.parseDouble(value.n()) * Math.exp(-elapsed / group.schema().tauMillis(interval));
  }
}
