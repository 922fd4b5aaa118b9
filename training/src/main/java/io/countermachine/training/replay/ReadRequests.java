package io.countermachine.training.replay;

import java.io.IOException;
import org.apache.flink.api.common.functions.FlatMapFunction;
import org.apache.flink.util.Collector;

/** Reads a file of requests with the numbers of its lines. */
final class ReadRequests implements FlatMapFunction<String, RequestPart> {
  private static final long serialVersionUID = 1L;

  @Override
  public void flatMap(String file, Collector<RequestPart> out) throws IOException {
    try (Lines lines = Lines.open(file)) {
      long number = 1;
      for (byte[] line = lines.next(); line != null; line = lines.next()) {
        if (!ReadEvents.isBlank(line)) {
          out.collect(new RequestPart.Line(number, line));
        }
        number++;
      }
    }
  }
}
