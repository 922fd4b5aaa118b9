package io.countermachine.local.stub;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import java.io.IOException;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;

/** Which reads the stub refuses, and the keys that these were for. */
final class StubRefusals {
  private static final ObjectMapper JSON = new ObjectMapper();

  private final AtomicLong reads = new AtomicLong();
  private final Set<String> keys = ConcurrentHashMap.newKeySet();
  private volatile int oneOf;

  /**
   * Takes how many reads there are to one that is refused, and forgets earlier keys; 0 for none.
   */
  void set(byte[] body, ByteBuf out) throws IOException {
    oneOf = JSON.readTree(body).path("oneOf").asInt();
    if (oneOf > 0) {
      keys.clear();
    }
    ByteBufUtil.writeAscii(out, "{}");
  }

  /** Counts a read, and says whether it is to be refused. */
  boolean refusesNext() {
    int now = oneOf;
    return now > 0 && reads.incrementAndGet() % now == 0;
  }

  /** A read of these keys was refused. */
  void refused(Set<StubTable.Key> ofRead) {
    ofRead.forEach(key -> keys.add(key.sort() + " " + key.partition()));
  }

  /** Tells all keys that were refused. */
  void answerKeys(ByteBuf out) throws IOException {
    out.writeBytes(JSON.writeValueAsBytes(keys));
  }
}
