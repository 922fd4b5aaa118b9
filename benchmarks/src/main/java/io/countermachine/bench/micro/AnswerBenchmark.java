package io.countermachine.bench.micro;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.google.protobuf.InvalidProtocolBufferException;
import io.countermachine.bench.workload.Workload;
import io.countermachine.features.v1.Column;
import io.countermachine.features.v1.FeatureResponse;
import io.countermachine.features.v1.Rows;
import io.countermachine.json.JsonBytes;
import io.countermachine.service.encode.FeatureColumnsWriter;
import io.countermachine.service.encode.FeatureResponseWriter;
import io.countermachine.service.encode.ProtobufBytes;
import java.io.IOException;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;

/**
 * Encodes a response of 10,000 values from the values of its keys, and decodes it in a client to a
 * matrix of doubles: in JSON with Jackson's streaming parser, the fastest way for Java clients, and
 * in columns with the classes that protobuf generates.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class AnswerBenchmark {
  private static final int FEATURES = 50;

  private final AnswerSample sample = new AnswerSample();
  private final JsonBytes json = new JsonBytes();
  private final ProtobufBytes protobuf = new ProtobufBytes();
  private final JsonFactory jackson = new JsonFactory();
  private final byte[] jsonAnswer = sample.json();
  private final byte[] protobufAnswer = sample.protobuf();

  @Benchmark
  public int encodeJson() {
    FeatureResponseWriter.write(sample.values(), json);
    return json.size();
  }

  @Benchmark
  public int encodeProtobuf() {
    FeatureColumnsWriter.write(sample.values(), protobuf);
    return protobuf.size();
  }

  @Benchmark
  public double[][] decodeJson() throws IOException {
    double[][] matrix = new double[Workload.CANDIDATES][FEATURES];
    try (JsonParser parser = jackson.createParser(jsonAnswer)) {
      while (!"results".equals(parser.currentName())) {
        parser.nextToken();
      }
      parser.nextToken();
      for (double[] row : matrix) {
        while (!"values".equals(parser.currentName())) {
          parser.nextToken();
        }
        parser.nextToken();
        for (int feature = 0; feature < FEATURES; feature++) {
          row[feature] =
              parser.nextToken() == JsonToken.VALUE_NULL ? Double.NaN : parser.getDoubleValue();
        }
        parser.nextToken();
        parser.nextToken();
        parser.nextToken();
      }
    }
    return matrix;
  }

  @Benchmark
  public double[][] decodeProtobuf() throws InvalidProtocolBufferException {
    FeatureResponse answer = FeatureResponse.parseFrom(protobufAnswer);
    double[][] matrix = new double[answer.getMetadata().getResults()][answer.getColumnsCount()];
    for (int feature = 0; feature < answer.getColumnsCount(); feature++) {
      Column column = answer.getColumns(feature);
      Rows rows = column.getRows() == 0 ? null : answer.getRows(column.getRows() - 1);
      for (int result = 0; result < matrix.length; result++) {
        matrix[result][feature] =
            column.getNumbers(rows == null ? result : rows.getRowOfResult(result));
      }
    }
    return matrix;
  }
}
