package io.countermachine.training.replay;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import io.countermachine.job.ingest.SourceRecord;
import io.countermachine.training.requests.Lines;
import java.io.IOException;
import org.apache.flink.api.common.functions.FlatMapFunction;
import org.apache.flink.util.Collector;

/** Reads the lines of files as records. Blank lines are skipped. */
final class ReadEvents implements FlatMapFunction<EventFiles.Part, SourceRecord> {
  private static final long serialVersionUID = 1L;
  private static final long UNKNOWN = -1;
  private static final JsonFactory JSON = new JsonFactory();

  private final String arrivalField;

  /**
   * Creates the reader.
   *
   * @param arrivalField the field with the time at which a record arrived, epoch milliseconds; null
   *     for none
   */
  ReadEvents(String arrivalField) {
    this.arrivalField = arrivalField;
  }

  @Override
  public void flatMap(EventFiles.Part part, Collector<SourceRecord> out) throws IOException {
    try (Lines lines = Lines.open(part.file(), part.from(), part.to())) {
      long position = lines.position();
      for (byte[] line = lines.next(); line != null; line = lines.next()) {
        if (!Lines.isBlank(line)) {
          out.collect(new SourceRecord(part.file(), 0, position, arrival(line), null, line));
        }
        position = lines.position();
      }
    }
  }

  private long arrival(byte[] line) {
    if (arrivalField == null) {
      return UNKNOWN;
    }
    try (JsonParser parser = JSON.createParser(line)) {
      if (parser.nextToken() != JsonToken.START_OBJECT) {
        return UNKNOWN;
      }
      while (parser.nextToken() == JsonToken.FIELD_NAME) {
        boolean isArrival = parser.currentName().equals(arrivalField);
        JsonToken token = parser.nextToken();
        if (isArrival) {
          return token == JsonToken.VALUE_NUMBER_INT ? parser.getLongValue() : UNKNOWN;
        }
        parser.skipChildren();
      }
      return UNKNOWN;
    } catch (JsonProcessingException e) {
      // The decoder reports what is wrong with the line.
      return UNKNOWN;
    } catch (IOException e) {
      throw new IllegalStateException("reading from memory failed", e);
    }
  }
}
