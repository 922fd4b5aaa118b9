package io.countermachine.bench.micro;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.countermachine.catalog.Catalog;
import io.countermachine.catalog.Group;
import io.countermachine.catalog.yaml.CatalogLoader;
import io.countermachine.counters.Counters;

/** What the small benchmarks work on: the bundled catalog's users. */
final class Samples {
  static final long NOW_MILLIS = 1_707_605_599_000L;
  static final String KEY = "u12345";

  private Samples() {}

  static Catalog catalog() {
    return CatalogLoader.loadBundled();
  }

  static Group group() {
    return catalog().group("user").orElseThrow();
  }

  /** Counters of a user who did everything, at instants of their own. */
  static Counters counters(Group group) {
    Counters counters = new Counters(group);
    for (int measure = 0; measure < group.measures().size(); measure++) {
      counters.add(measure, 1 + measure * 1.5, NOW_MILLIS + measure * 1_234L);
    }
    return counters;
  }

  static byte[] event() {
    return ("{\"eventName\":\"like\",\"userId\":\"u12345\",\"postId\":\"p54321\",\"creatorId\":\"c5432\","
            + "\"categoryId\":\"t21\",\"eventTs\":1707605599}")
        .getBytes(UTF_8);
  }
}
