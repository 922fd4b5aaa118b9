package io.countermachine.bench.micro;

import io.countermachine.catalog.ItemFormat;
import io.countermachine.item.ItemJson;
import io.countermachine.measure.Counters;
import io.countermachine.service.store.dynamodb.BatchGetResponseReader;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;

/** The service reads a batch of items from the store's response, and the job encodes one item. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class ItemBenchmark {
  @Param private ItemFormat format;

  private final Counters counters = Samples.post();
  private final BatchGetResponseReader reader =
      new BatchGetResponseReader("Counters", Samples.CATALOG);
  private byte[] body;
  private ItemJson json;

  @Setup
  public void prepare() {
    body = Samples.batch(format);
    json = new ItemJson(format);
  }

  /** From the response's bytes to counters. */
  @Benchmark
  public Object readBatch() {
    return reader.read(body, body.length, Samples.POSTS, 0);
  }

  /** From counters to the bytes that are sent to the store. */
  @Benchmark
  public byte[] encode() {
    return json.encode("p10000", Samples.values(counters), Samples.EXPIRES_AT_SECONDS);
  }
}
