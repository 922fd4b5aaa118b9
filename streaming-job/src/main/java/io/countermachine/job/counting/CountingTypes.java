package io.countermachine.job.counting;

import io.countermachine.catalog.Catalog;
import io.countermachine.job.state.CountersSerializer;
import io.countermachine.job.state.Schemas;
import io.countermachine.job.state.SerializedTypeInfo;
import io.countermachine.measure.Counters;
import io.countermachine.measure.Schema;
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
        KeyedCounters.class,
        new KeyedCountersSerializer(CountersSerializer.of(Schemas.of(catalog.groups()))));
  }

  /** The counters of some groups. */
  static TypeInformation<Counters> counters(List<Schema> schemas) {
    return new SerializedTypeInfo<>(Counters.class, CountersSerializer.of(schemas));
  }

  public static TypeInformation<ItemWrite> itemWrite(Catalog catalog) {
    return Types.POJO(
        ItemWrite.class,
        Map.of(
            "key", Types.STRING,
            "counters", counters(Schemas.of(catalog.groups())),
            "expiresAtSeconds", Types.LONG,
            "changedMillis", Types.LONG));
  }
}
