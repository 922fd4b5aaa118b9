package io.countermachine.training.replay;

import io.countermachine.service.problem.RequestFault;
import io.countermachine.training.TrainingPlan;
import io.countermachine.training.replay.KeyedEntry.Asked;
import io.countermachine.training.replay.KeyedEntry.LabelAsked;
import io.countermachine.training.requests.NumberedLines;
import io.countermachine.training.requests.RequestReader;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/**
 * The result of a first pass over the requests: how many there are, which are invalid, and which
 * keys they ask for.
 *
 * @param requests the number of requests
 * @param rows the number of candidates in all requests together
 * @param faults the first faults, each as {@code file:line: what}
 * @param faulty the number of invalid requests
 * @param asked the keys
 */
public record RequestScan(
    long requests, long rows, List<String> faults, long faulty, AskedKeys asked) {
  private static final int MOST_FAULTS = 20;

  /** Reads a file. */
  public static RequestScan of(String file, TrainingPlan plan) throws IOException {
    RequestReader reader = plan.reader();
    Asks asks = new Asks(plan);
    AskedKeys asked = new AskedKeys(plan.catalog().groups().size());
    List<String> faults = new ArrayList<>();
    long requests = 0;
    long rows = 0;
    long faulty = 0;
    try (NumberedLines lines = NumberedLines.open(file)) {
      for (byte[] line = lines.next(); line != null; line = lines.next()) {
        requests++;
        try {
          var request = reader.read(line);
          rows += request.candidates().length;
          asks.of(lines.number(), request, entry -> asked.add(group(entry), entry.key()));
        } catch (RequestFault fault) {
          faulty++;
          if (faults.size() < MOST_FAULTS) {
            faults.add("%s:%d: %s".formatted(file, lines.number(), fault.getMessage()));
          }
        }
      }
    }
    return new RequestScan(requests, rows, List.copyOf(faults), faulty, asked);
  }

  private static int group(KeyedEntry entry) {
    return entry instanceof Asked asked ? asked.group() : ((LabelAsked) entry).group();
  }
}
