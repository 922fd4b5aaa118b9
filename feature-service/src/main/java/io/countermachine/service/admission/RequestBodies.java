package io.countermachine.service.admission;

import io.countermachine.service.connections.CallerProperties;
import io.countermachine.service.problem.Overloaded;
import io.countermachine.service.problem.RequestFault;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import jakarta.servlet.http.HttpServletRequest;
import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.stereotype.Component;

/**
 * Reads the bodies of requests before the requests have a place, and bounds the memory that all
 * bodies take together.
 *
 * <p>Memory is reserved as a body arrives, so a body that is announced but never sent reserves
 * none. A body must arrive within a time limit. Small bodies reserve nothing, so large ones never
 * block them.
 */
@Component
public final class RequestBodies {
  /** Bodies up to this size are small. */
  static final int SMALL_BYTES = 16_384;

  private static final byte[] NOTHING = {};

  private final long mostBytes;
  private final long mostNanos;
  private final LongSupplier nanoTime;
  private final AtomicLong taken = new AtomicLong();
  private final Counter rejected;

  @Autowired
  public RequestBodies(CallerProperties properties, MeterRegistry registry) {
    this(properties, registry, System::nanoTime);
  }

  /**
   * @param nanoTime a monotonic clock, in nanoseconds
   */
  RequestBodies(CallerProperties properties, MeterRegistry registry, LongSupplier nanoTime) {
    this.mostBytes = properties.bodiesBytes().toBytes();
    this.mostNanos = properties.bodyTimeout().toNanos();
    this.nanoTime = nanoTime;
    Gauge.builder("countermachine.bodies", taken, AtomicLong::get)
        .description("memory that request bodies take while they arrive and are parsed")
        .baseUnit("bytes")
        .register(registry);
    this.rejected =
        Counter.builder("countermachine.admission.rejected")
            .description("requests turned away with 429")
            .tag("reason", "bodies")
            .register(registry);
  }

  /**
   * Reads a whole body.
   *
   * @param most its maximum size in bytes
   * @throws RequestFault if it is larger, or does not arrive in time
   * @throws Overloaded if other bodies take the memory that it needs
   */
  public Body read(HttpServletRequest http, int most) throws IOException {
    long announced = http.getContentLengthLong();
    if (announced > most) {
      throw tooLarge(most);
    }
    Body body = new Body();
    try {
      body.read(http.getInputStream(), announced < 0 ? most + 1 : (int) announced);
    } catch (IOException | RuntimeException e) {
      body.close();
      throw e;
    }
    if (body.bytes.length > most) {
      body.close();
      throw tooLarge(most);
    }
    return body;
  }

  /**
   * Reserves memory for a body that has arrived as a whole.
   *
   * @param bytes its size; a small one reserves nothing
   * @throws Overloaded if other bodies take the memory that it needs
   */
  public Room take(int bytes) {
    Room room = new Room();
    if (bytes > SMALL_BYTES) {
      try {
        room.grow(bytes);
      } catch (Overloaded e) {
        room.close();
        throw e;
      }
    }
    return room;
  }

  private static RequestFault tooLarge(int most) {
    return RequestFault.tooLarge("the body is larger than " + most + " bytes");
  }

  /** The bytes of a body, and the memory that is reserved for them until this is closed. */
  public final class Body implements AutoCloseable {
    private final Room room = new Room();
    private byte[] bytes = NOTHING;

    private Body() {}

    /** The bytes; none after it is closed. */
    public byte[] bytes() {
      return bytes;
    }

    private void read(InputStream in, int most) throws IOException {
      long begin = nanoTime.getAsLong();
      bytes = new byte[Math.min(most, SMALL_BYTES)];
      int length = 0;
      while (length < most) {
        if (length == bytes.length) {
          int larger = (int) Math.min(most, 2L * length);
          room.grow(larger);
          bytes = Arrays.copyOf(bytes, larger);
        }
        int more = in.read(bytes, length, bytes.length - length);
        if (more < 0) {
          break;
        }
        length += more;
        if (length < most && nanoTime.getAsLong() - begin > mostNanos) {
          throw RequestFault.tooSlow(
              "the body did not come in within %d ms".formatted(mostNanos / 1_000_000));
        }
      }
      if (length < bytes.length) {
        bytes = Arrays.copyOf(bytes, length);
      }
    }

    @Override
    public void close() {
      room.close();
      bytes = NOTHING;
    }
  }

  /** The memory that is reserved for a body until this is closed. Not thread-safe. */
  public final class Room implements AutoCloseable {
    private int bytes;

    private Room() {}

    /** As with places, a body that needs more memory than exists gets all of it, alone. */
    private void grow(int wanted) {
      int more = wanted - bytes;
      long before = taken.getAndAdd(more);
      bytes = wanted;
      if (before + more > mostBytes && before + more > wanted) {
        rejected.increment();
        throw new Overloaded("the bodies of other requests take all memory for bodies; try again");
      }
    }

    @Override
    public void close() {
      taken.addAndGet(-bytes);
      bytes = 0;
    }
  }
}
