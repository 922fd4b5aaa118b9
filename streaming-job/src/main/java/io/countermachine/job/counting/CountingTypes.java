package io.countermachine.job.counting;

import io.countermachine.catalog.Catalog;
import io.countermachine.catalog.Group;
import io.countermachine.job.state.CountersSerializer;
import io.countermachine.job.state.SerializedTypeInfo;
import io.countermachine.measure.Counters;
import java.util.List;
import java.util.Map;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.api.common.typeinfo.Types;

/**
 * Flink's types of what flows between the counting operators, with the catalog's own form of
 * counters.
 */
public final class CountingTypes {
  private CountingTypes() {}

  public static TypeInformation<KeyedCounters> keyedCounters(Catalog catalog) {
    return new SerializedTypeInfo<>(
        KeyedCounters.class, new KeyedCountersSerializer(serializer(catalog.groups())));
  }

  /** The counters of some groups. */
  static TypeInformation<Counters> counters(List<Group> groups) {
    return new SerializedTypeInfo<>(Counters.class, serializer(groups));
  }

  private static CountersSerializer serializer(List<Group> groups) {
    return CountersSerializer.of(groups.stream().map(Group::schema).toList());
  }

  public static TypeInformation<ItemWrite> itemWrite(Catalog catalog) {
    return Types.POJO(
        ItemWrite.class,
        Map.of(
            "key", Types.STRING,
            "counters", counters(catalog.groups()),
            "expiresAtSeconds", Types.LONG,
            "changedMillis", Types.LONG));
  }
}
