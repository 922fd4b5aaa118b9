package io.countermachine.local.stub;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import java.io.IOException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

/** Which reads the stub answers later than others, as a store with stragglers does. */
final class StubDelays {
  private static final ObjectMapper JSON = new ObjectMapper();

  private record Rule(int oneOf, long nanos) {}

  private final AtomicLong reads = new AtomicLong();
  private volatile Rule rule = new Rule(0, 0);

  /** Takes how many reads there are to one that is late, and by how much; 0 for none. */
  void set(byte[] body, ByteBuf out) throws IOException {
    JsonNode request = JSON.readTree(body);
    rule =
        new Rule(
            request.path("oneOf").asInt(),
            TimeUnit.MILLISECONDS.toNanos(request.path("millis").asLong()));
    ByteBufUtil.writeAscii(out, "{}");
  }

  /** Counts a read, and returns how much later than others it is to be answered. */
  long nextNanos() {
    Rule now = rule;
    return now.oneOf > 0 && reads.incrementAndGet() % now.oneOf == 0 ? now.nanos : 0;
  }
}
