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

/** Counts what is written, and notes when watched keys were first written. */
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

  /** Tells when each watched key was first written. */
  void answerFirstWrites(ByteBuf out) throws IOException {
    out.writeBytes(JSON.writeValueAsBytes(firstWritesMillis));
  }

  /** Tells how late this process ran since the last time. */
  void answerStalls(ByteBuf out) throws IOException {
    out.writeBytes(JSON.writeValueAsBytes(stalls.take()));
  }

  /** Tells what was written, and how many items there are now. */
  void answer(ByteBuf out, long distinctItems) {
    out.writeCharSequence(
        "{\"calls\":%d,\"items\":%d,\"bytes\":%d,\"distinctItems\":%d,\"lastWriteMillis\":%d}"
            .formatted(calls.sum(), items.sum(), bytes.sum(), distinctItems, lastWriteMillis.get()),
        US_ASCII);
  }
}
