package io.countermachine.job.backfill;

import io.countermachine.catalog.Group;
import io.countermachine.job.config.CatalogText;
import io.countermachine.job.counting.KeyedCounters;
import io.countermachine.job.ingest.SourceRecord;
import io.countermachine.measure.Counters;
import java.util.Arrays;
import org.apache.flink.api.common.functions.OpenContext;
import org.apache.flink.api.common.functions.RichFlatMapFunction;
import org.apache.flink.api.common.typeutils.TypeSerializer;
import org.apache.flink.metrics.Counter;
import org.apache.flink.util.Collector;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Decodes sums of history, and keeps the measures that the catalog counts. A record that the job
 * does not count or cannot read is counted in a metric and logged once. No record stops the job.
 */
final class SumDecoder extends RichFlatMapFunction<SourceRecord, KeyedCounters> {
  private static final long serialVersionUID = 1L;
  private static final Logger LOG = LoggerFactory.getLogger(SumDecoder.class);

  private final CatalogText catalogText;
  private transient byte[] formBytes;
  private transient TypeSerializer<Counters> form;
  private transient Counter added;
  private transient Counter refused;
  private transient boolean told;

  SumDecoder(CatalogText catalogText) {
    this.catalogText = catalogText;
  }

  @Override
  public void open(OpenContext context) {
    added = getRuntimeContext().getMetricGroup().counter("backfilledKeys");
    refused = getRuntimeContext().getMetricGroup().counter("refusedSums");
  }

  @Override
  public void flatMap(SourceRecord record, Collector<KeyedCounters> out) {
    int header = Arrays.asList(record.headerNames()).indexOf(SumRecords.FORM);
    if (header < 0) {
      return;
    }
    try {
      KeyedCounters sums = SumRecords.read(record.value(), form(record.headerValues()[header]));
      out.collect(new KeyedCounters(sums.key(), ofCatalog(sums.counters())));
      added.inc();
    } catch (IllegalArgumentException e) {
      refused.inc();
      if (!told) {
        told = true;
        LOG.warn(
            "sums of {} at offset {} of partition {} are not added, and neither are others like"
                + " them; refusedSums counts them: {}",
            record.topic(),
            record.offset(),
            record.partition(),
            e.getMessage());
      }
    }
  }

  /** The number of refused records. */
  long refusedSums() {
    return refused.getCount();
  }

  private TypeSerializer<Counters> form(byte[] bytes) {
    if (formBytes == null || !Arrays.equals(bytes, formBytes)) {
      form = SumRecords.readForm(bytes);
      formBytes = bytes;
    }
    return form;
  }

  private Counters ofCatalog(Counters sums) {
    Group group =
        catalogText
            .catalog()
            .group(sums.schema().name())
            .orElseThrow(
                () ->
                    new IllegalArgumentException(
                        "the catalog has no group " + sums.schema().name()));
    if (!group.keyFields().equals(sums.schema().keyFields())) {
      throw new IllegalArgumentException(
          "group %s has the key %s, and they are summed by %s"
              .formatted(group.name(), group.keyFields(), sums.schema().keyFields()));
    }
    return sums.as(group.schema());
  }
}
