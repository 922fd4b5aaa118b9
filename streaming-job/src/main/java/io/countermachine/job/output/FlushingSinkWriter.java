package io.countermachine.job.output;

import java.io.IOException;
import java.util.List;
import org.apache.flink.api.common.eventtime.Watermark;
import org.apache.flink.api.connector.sink2.StatefulSink.StatefulSinkWriter;

/**
 * A writer that writes everything it holds before each checkpoint. The wrapped writer would only
 * wait for the requests in flight.
 */
@SuppressWarnings("deprecation") // The sink is built on the older form of Flink's interface.
final class FlushingSinkWriter<InputT, StateT> implements StatefulSinkWriter<InputT, StateT> {
  private final StatefulSinkWriter<InputT, StateT> writer;

  FlushingSinkWriter(StatefulSinkWriter<InputT, StateT> writer) {
    this.writer = writer;
  }

  @Override
  public void write(InputT element, Context context) throws IOException, InterruptedException {
    writer.write(element, context);
  }

  @Override
  public void flush(boolean endOfInput) throws IOException, InterruptedException {
    writer.flush(true);
  }

  @Override
  public void writeWatermark(Watermark watermark) throws IOException, InterruptedException {
    writer.writeWatermark(watermark);
  }

  @Override
  public List<StateT> snapshotState(long checkpointId) throws IOException {
    return writer.snapshotState(checkpointId);
  }

  @Override
  public void close() throws Exception {
    writer.close();
  }
}
