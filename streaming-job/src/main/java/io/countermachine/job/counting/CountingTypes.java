package io.countermachine.job.counting;

import io.countermachine.catalog.Catalog;
import io.countermachine.catalog.Group;
import io.countermachine.job.state.CountersSerializer;
import io.countermachine.job.state.SerializedTypeInfo;
import io.countermachine.measure.Counters;
import io.countermachine.measure.Schema;
import java.util.List;
import java.util.Map;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.api.java.typeutils.TupleTypeInfo;

/**
 * Flink's types of the data between the counting operators, with the catalog's form of counters.
 */
public final class CountingTypes {
  private CountingTypes() {}

  public static TypeInformation<KeyedCounters> keyedCounters(Catalog catalog) {
    return keyedCounters(schemas(catalog.groups()));
  }

  /** The type of keyed counters of the given schemas. */
  public static TypeInformation<KeyedCounters> keyedCounters(List<Schema> schemas) {
    return new TupleTypeInfo<>(KeyedCounters.class, Types.STRING, countersOf(schemas));
  }

  /** The type of counters of the given schemas. */
  public static TypeInformation<Counters> countersOf(List<Schema> schemas) {
    return new SerializedTypeInfo<>(Counters.class, CountersSerializer.of(schemas));
  }

  /** The type of counters of the given groups. */
  static TypeInformation<Counters> counters(List<Group> groups) {
    return countersOf(schemas(groups));
  }

  private static List<Schema> schemas(List<Group> groups) {
    return groups.stream().map(Group::schema).toList();
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
