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
 * Reads bodies of requests, before those have a place, within a bound of the memory that bodies
 * take together.
 *
 * <p>A body takes room as it comes in, so that one that is announced and not sent takes none, and
 * has a limited time to come in. Small bodies take no room: they come in whatever large ones do.
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
   * @param nanoTime a clock that only goes forward, in nanoseconds
   */
  RequestBodies(CallerProperties properties, MeterRegistry registry, LongSupplier nanoTime) {
    this.mostBytes = properties.bodiesBytes().toBytes();
    this.mostNanos = properties.bodyTimeout().toNanos();
    this.nanoTime = nanoTime;
    Gauge.builder("countermachine.bodies", taken, AtomicLong::get)
        .description("memory that bodies of requests take while they come in and are read")
        .baseUnit("bytes")
        .register(registry);
    this.rejected =
        Counter.builder("countermachine.admission.rejected")
            .description("requests turned away with 429")
            .tag("reason", "bodies")
            .register(registry);
  }

  /**
   * Reads a body whole.
   *
   * @param most how many bytes it may have
   * @throws RequestFault where it is larger, or does not come in in time
   * @throws Overloaded where other bodies take the memory that it needs
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
   * Takes room for a body that came in whole.
   *
   * @param bytes its size; a small one takes no room
   * @throws Overloaded where other bodies take the memory that it needs
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

  /** A body's bytes, and the room that they take until this is closed. */
  public final class Body implements AutoCloseable {
    private final Room room = new Room();
    private byte[] bytes = NOTHING;

    private Body() {}

    /** The bytes; none once it is closed. */
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

  /** The memory that a body takes until this is closed; not safe for threads. */
  public final class Room implements AutoCloseable {
    private int bytes;

    private Room() {}

    /** As with places, what needs more than there is has it alone. */
    private void grow(int wanted) {
      int more = wanted - bytes;
      long before = taken.getAndAdd(more);
      bytes = wanted;
      if (before + more > mostBytes && before + more > wanted) {
        rejected.increment();
        throw new Overloaded("the bodies of other requests take the memory for them; try again");
      }
    }

    @Override
    public void close() {
      taken.addAndGet(-bytes);
      bytes = 0;
    }
  }
}
