package io.countermachine.job.series;

import io.countermachine.job.config.CatalogText;
import io.countermachine.job.counting.CountingTypes;
import io.countermachine.job.counting.KeyedCounters;
import java.util.Map;
import org.apache.flink.api.common.functions.OpenContext;
import org.apache.flink.api.common.functions.RichFlatMapFunction;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.util.Collector;

/** Reduces sums of events to what series topics need. */
public final class SeriesFunction extends RichFlatMapFunction<KeyedCounters, KeyedCounters> {
  private static final long serialVersionUID = 1L;

  private final CatalogText catalogText;
  private transient Map<String, SeriesGroup> groups;

  public SeriesFunction(CatalogText catalogText) {
    this.catalogText = catalogText;
  }

  /** The type of the output. */
  public static TypeInformation<KeyedCounters> type(CatalogText catalogText) {
    return CountingTypes.keyedCounters(SeriesGroup.schemas(SeriesGroup.of(catalogText.catalog())));
  }

  @Override
  public void open(OpenContext context) {
    groups = SeriesGroup.of(catalogText.catalog());
  }

  @Override
  public void flatMap(KeyedCounters sum, Collector<KeyedCounters> out) {
    SeriesGroup group = groups.get(sum.counters().schema().name());
    if (group != null) {
      out.collect(new KeyedCounters(sum.key(), sum.counters().as(group.schema())));
    }
  }
}
