package io.countermachine.local.stub;

import static java.nio.charset.StandardCharsets.US_ASCII;

import io.netty.buffer.ByteBuf;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.LongAdder;

/** Counts what is written. */
final class StubTally {
  private final LongAdder calls = new LongAdder();
  private final LongAdder items = new LongAdder();
  private final LongAdder bytes = new LongAdder();
  private final AtomicLong lastWriteMillis = new AtomicLong();

  void called() {
    calls.increment();
    lastWriteMillis.set(System.currentTimeMillis());
  }

  void wrote(StubItem item) {
    items.increment();
    bytes.add(item.json().length);
  }

  /** Tells what was written, and how many items there are now. */
  void answer(ByteBuf out, long distinctItems) {
    out.writeCharSequence(
        "{\"calls\":%d,\"items\":%d,\"bytes\":%d,\"distinctItems\":%d,\"lastWriteMillis\":%d}"
            .formatted(calls.sum(), items.sum(), bytes.sum(), distinctItems, lastWriteMillis.get()),
        US_ASCII);
  }
}
