package io.countermachine.bench.micro;

import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.countermachine.bench.jobs.TutorialJob.Engagement;
import io.countermachine.job.ingest.Event;
import io.countermachine.job.ingest.EventDecoder;
import java.io.IOException;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;

/**
 * Decodes one event: with this project's decoder, which also validates it and makes the keys of six
 * groups, and with Jackson's object mapper, which does neither. The decoder scans a flat event
 * without a parser; an escape in a text makes it use its parser.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class EventBenchmark {
  private final byte[] event = Samples.event();
  private final byte[] escaped = Samples.escapedEvent();
  private final EventDecoder decoder = new EventDecoder(Samples.CATALOG);
  private final ObjectMapper mapper =
      new ObjectMapper().disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES);

  /** The implementation of this project. */
  @Benchmark
  public Event ours() {
    return decoder.decode(event, Samples.NOW_MILLIS, Samples.NOW_MILLIS);
  }

  /** The implementation of this project, for an event that it reads with its parser. */
  @Benchmark
  public Event oursWithParser() {
    return decoder.decode(escaped, Samples.NOW_MILLIS, Samples.NOW_MILLIS);
  }

  /** Jackson's object mapper. */
  @Benchmark
  public Engagement objectMapper() throws IOException {
    return mapper.readValue(event, Engagement.class);
  }
}
