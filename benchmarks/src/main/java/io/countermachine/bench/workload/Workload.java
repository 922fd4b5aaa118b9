package io.countermachine.bench.workload;

import static java.nio.charset.StandardCharsets.US_ASCII;

import io.countermachine.bench.events.Zipf;
import io.countermachine.catalog.Catalog;
import io.countermachine.catalog.Feature;
import io.countermachine.catalog.Group;
import io.countermachine.catalog.yaml.CatalogLoader;
import io.countermachine.item.CounterTable;
import io.countermachine.item.ItemKey;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.dynamodb.model.WriteRequest;

/**
 * The requests of the benchmark, the same in every process: a user and 200 candidates, each a post
 * and its creator, and its category if the catalog uses it. Posts are drawn from a Zipf
 * distribution, each at most once per request.
 *
 * <p>Requests repeat, so a cache with a long lifetime would have all their keys. If misses are
 * wanted, the last candidates of a request are cold: their ids have a suffix that no other request
 * has, and the stub returns the items of the ids without it.
 */
public final class Workload {
  public static final int CANDIDATES = 200;
  public static final String SET = "ranking";

  /** The instant of every request: five minutes after the newest item. */
  public static final long AS_OF_MILLIS = 1_707_648_800_000L;

  private static final String CATEGORY = "categoryId";
  private static final int CATEGORIES = 50;
  private static final int ITEMS_PER_CALL = 25;
  private static final int SUFFIX_DIGITS = 9;
  private static final long SUFFIXES = 1_000_000_000;
  private static final long SEED = 20260101;

  /**
   * The size of the workload.
   *
   * @param requests the number of different requests
   */
  public record Size(int requests, int users, int posts, int creators) {
    public static final Size FULL = new Size(200, 100, 5_000, 400);
    public static final Size SMOKE = new Size(10, 5, 1_000, 400);

    /** This size, but only with the first requests. */
    public Size withRequests(int first) {
      return new Size(first, users, posts, creators);
    }
  }

  /** What is asked for. Each catalog has a set {@link #SET} of 50 features over five groups. */
  public enum Features {
    /** Of 95. */
    SIX_GROUPS("serving-catalog.yaml"),
    /** Of 1,008. */
    THOUSAND("thousand.yaml");

    private final String file;

    Features(String file) {
      this.file = file;
    }

    /** As it is written on the command line. */
    @Override
    public String toString() {
      return this == SIX_GROUPS ? "six-groups" : "thousand";
    }

    /** The catalog's name. */
    public String file() {
      return file;
    }

    /** The catalog as YAML. */
    public String text() {
      try (InputStream in = Workload.class.getResourceAsStream("/" + file)) {
        return new String(in.readAllBytes(), StandardCharsets.UTF_8);
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }

  private final Catalog catalog;
  private final boolean categories;
  private final Size size;
  private final List<int[]> posts = new ArrayList<>();

  public Workload(Features features, Size size) {
    this.catalog = CatalogLoader.parse(features.file(), features.text());
    this.categories =
        catalog.groups().stream().anyMatch(group -> group.keyFields().contains(CATEGORY));
    this.size = size;
    Zipf ranks = new Zipf(size.posts(), 1);
    SplittableRandom random = new SplittableRandom(SEED);
    for (int request = 0; request < size.requests(); request++) {
      Set<Integer> drawn = new LinkedHashSet<>();
      while (drawn.size() < CANDIDATES) {
        drawn.add(ranks.draw(random));
      }
      posts.add(drawn.stream().mapToInt(Integer::intValue).toArray());
    }
  }

  public Catalog catalog() {
    return catalog;
  }

  public Size size() {
    return size;
  }

  public int requests() {
    return size.requests();
  }

  public String user(int request) {
    return "u" + request % size.users();
  }

  public String post(int request, int candidate) {
    return "p" + posts.get(request)[candidate];
  }

  public String creator(int request, int candidate) {
    return "c" + posts.get(request)[candidate] * 31 % size.creators();
  }

  public String category(int request, int candidate) {
    return "t" + posts.get(request)[candidate] % CATEGORIES;
  }

  /**
   * The distinct keys of a request without suffixes, in the order in which they are first needed.
   */
  public Set<ItemKey> keys(int request) {
    Set<ItemKey> keys = new LinkedHashSet<>();
    for (int candidate = 0; candidate < CANDIDATES; candidate++) {
      for (Group group : catalog.groups()) {
        keys.add(key(group, request, candidate));
      }
    }
    return keys;
  }

  /** Creates the table, and writes every existing item that requests need, in batches. */
  public int fill(DynamoDbClient client) {
    new CounterTable(client, CounterTable.DEFAULT_NAME).createIfMissing();
    List<WriteRequest> items =
        storedKeys()
            .map(
                key ->
                    DataSet.item(
                        key, catalog.group(key.group()).orElseThrow(), catalog.itemFormat()))
            .map(item -> WriteRequest.builder().putRequest(put -> put.item(item)).build())
            .toList();
    for (int from = 0; from < items.size(); from += ITEMS_PER_CALL) {
      List<WriteRequest> batch = items.subList(from, Math.min(items.size(), from + ITEMS_PER_CALL));
      if (!client
          .batchWriteItem(call -> call.requestItems(Map.of(CounterTable.DEFAULT_NAME, batch)))
          .unprocessedItems()
          .isEmpty()) {
        throw new IllegalStateException("the store left items unprocessed");
      }
    }
    return items.size();
  }

  /** The values that requests ask for, of every item that {@link #fill} writes. */
  public Iterable<ReadyValues> readyValues() {
    List<Feature> set = catalog.sets().get(SET);
    return () -> storedKeys().map(key -> ReadyValues.of(key, set)).iterator();
  }

  private Stream<ItemKey> storedKeys() {
    Set<ItemKey> keys = new LinkedHashSet<>();
    for (int request = 0; request < requests(); request++) {
      keys.addAll(keys(request));
    }
    return keys.stream().filter(DataSet::has);
  }

  /** The key of a candidate in a group, as in the data set. */
  ItemKey key(Group group, int request, int candidate) {
    return key(group, request, candidate, "");
  }

  /** The key of a group for a candidate, as a numbered body with cold candidates asks for it. */
  ItemKey key(Group group, int request, int candidate, int coldCandidates, long number) {
    boolean cold = candidate >= CANDIDATES - coldCandidates;
    return key(
        group,
        request,
        candidate,
        cold ? ("~%0" + SUFFIX_DIGITS + "d").formatted(number % SUFFIXES) : "");
  }

  private ItemKey key(Group group, int request, int candidate, String suffix) {
    String[] values =
        group.keyFields().stream()
            .map(
                field ->
                    switch (field) {
                      case "userId" -> user(request);
                      case "postId" -> post(request, candidate) + suffix;
                      case "creatorId" -> creator(request, candidate) + suffix;
                      case CATEGORY -> category(request, candidate) + suffix;
                      default -> throw new IllegalStateException("no values for " + field);
                    })
            .toArray(String[]::new);
    return ItemKey.of(group, values);
  }

  /**
   * How many candidates must be cold for a share of misses. Nearly every candidate is the only one
   * with its keys, in all groups except the user's.
   */
  public int coldCandidates(double missShare) {
    return (int) Math.round(missShare * meanKeys() / (catalog.groups().size() - 1));
  }

  /** The mean number of distinct keys per request. */
  public double meanKeys() {
    return IntStream.range(0, requests())
        .map(request -> keys(request).size())
        .average()
        .orElseThrow();
  }

  /** The body of a request, with room for suffixes. */
  public Body body(int request, int coldCandidates) {
    StringBuilder json = new StringBuilder();
    List<Integer> suffixes = new ArrayList<>();
    json.append("{\"set\":\"%s\",\"context\":{\"userId\":\"%s\"},".formatted(SET, user(request)));
    json.append("\"asOf\":").append(AS_OF_MILLIS).append(",\"candidates\":[");
    for (int candidate = 0; candidate < CANDIDATES; candidate++) {
      boolean cold = candidate >= CANDIDATES - coldCandidates;
      json.append(candidate == 0 ? "{\"postId\":\"" : ",{\"postId\":\"");
      json.append(post(request, candidate));
      appendSuffix(json, cold, suffixes);
      json.append("\",\"creatorId\":\"").append(creator(request, candidate));
      appendSuffix(json, cold, suffixes);
      if (categories) {
        json.append("\",\"categoryId\":\"").append(category(request, candidate));
        appendSuffix(json, cold, suffixes);
      }
      json.append("\"}");
    }
    json.append("]}");
    return new Body(
        json.toString().getBytes(US_ASCII),
        suffixes.stream().mapToInt(Integer::intValue).toArray());
  }

  private static void appendSuffix(StringBuilder json, boolean cold, List<Integer> suffixes) {
    if (cold) {
      json.append('~');
      suffixes.add(json.length());
      json.append("0".repeat(SUFFIX_DIGITS));
    }
  }

  /**
   * The body of a request.
   *
   * @param json its bytes
   * @param suffixes the offsets of the suffixes
   */
  @SuppressWarnings("ArrayRecordComponent") // Never compared.
  public record Body(byte[] json, int[] suffixes) {
    /** The bytes with a number in the suffixes. The array is shared if there are none. */
    public byte[] numbered(long number) {
      if (suffixes.length == 0) {
        return json;
      }
      byte[] copy = json.clone();
      for (int suffix : suffixes) {
        long rest = number;
        for (int digit = SUFFIX_DIGITS - 1; digit >= 0; digit--) {
          copy[suffix + digit] = (byte) ('0' + rest % 10);
          rest /= 10;
        }
      }
      return copy;
    }
  }
}
