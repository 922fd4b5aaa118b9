package io.countermachine.training.replay;

import io.countermachine.training.requests.NumberedLines;
import java.io.IOException;
import org.apache.flink.api.common.functions.FlatMapFunction;
import org.apache.flink.util.Collector;

/** Reads a file of requests with the numbers of its lines. */
final class ReadRequests implements FlatMapFunction<String, RequestPart> {
  private static final long serialVersionUID = 1L;

  @Override
  public void flatMap(String file, Collector<RequestPart> out) throws IOException {
    try (NumberedLines lines = NumberedLines.open(file)) {
      for (byte[] line = lines.next(); line != null; line = lines.next()) {
        out.collect(new RequestPart.Line(lines.number(), line));
      }
    }
  }
}
