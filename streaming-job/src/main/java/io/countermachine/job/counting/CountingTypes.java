package io.countermachine.job.counting;

import io.countermachine.catalog.Catalog;
import io.countermachine.job.state.CountersTypeInfo;
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
    return new KeyedCountersTypeInfo(catalog.groups());
  }

  public static TypeInformation<ItemWrite> itemWrite(Catalog catalog) {
    return Types.POJO(
        ItemWrite.class,
        Map.of(
            "key", Types.STRING,
            "counters", CountersTypeInfo.of(catalog.groups()),
            "expiresAtSeconds", Types.LONG));
  }
}
