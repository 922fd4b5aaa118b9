package io.countermachine.local.stub;

import static java.nio.charset.StandardCharsets.US_ASCII;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.countermachine.local.process.Stalls;
import io.netty.buffer.ByteBuf;
import java.io.IOException;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.LongAdder;

/** Counts writes, and records when watched keys were first written. */
final class StubStatistics {
  private static final ObjectMapper JSON = new ObjectMapper();

  private final LongAdder calls = new LongAdder();
  private final LongAdder items = new LongAdder();
  private final LongAdder bytes = new LongAdder();
  private final AtomicLong lastWriteMillis = new AtomicLong();
  private final Stalls stalls = Stalls.begin();
  private final Map<String, Long> firstWritesMillis = new ConcurrentHashMap<>();

  void called() {
    calls.increment();
    lastWriteMillis.set(System.currentTimeMillis());
  }

  void wrote(StubTable.Item item) {
    items.increment();
    bytes.add(item.json().length);
    if (item.key().partition().startsWith(DynamoDbStub.WATCHED)) {
      firstWritesMillis.putIfAbsent(item.key().partition(), System.currentTimeMillis());
    }
  }

  /** Writes when each watched key was first written. */
  void answerFirstWrites(ByteBuf out) throws IOException {
    out.writeBytes(JSON.writeValueAsBytes(firstWritesMillis));
  }

  /** Writes how late this process's threads ran since the last call. */
  void answerStalls(ByteBuf out) throws IOException {
    out.writeBytes(JSON.writeValueAsBytes(stalls.take()));
  }

  /** Writes the statistics of writes, and the current number of items. */
  void answer(ByteBuf out, long distinctItems) {
    out.writeCharSequence(
        "{\"calls\":%d,\"items\":%d,\"bytes\":%d,\"distinctItems\":%d,\"lastWriteMillis\":%d}"
            .formatted(calls.sum(), items.sum(), bytes.sum(), distinctItems, lastWriteMillis.get()),
        US_ASCII);
  }
}
