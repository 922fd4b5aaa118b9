package io.countermachine.service.admission;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import jakarta.servlet.FilterChain;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.springframework.mock.web.MockHttpServletRequest;
import org.springframework.mock.web.MockHttpServletResponse;

class AdmissionFilterTest {
  private final SimpleMeterRegistry meters = new SimpleMeterRegistry();
  private final AtomicInteger answered = new AtomicInteger();

  private AdmissionFilter filter(int limit, Duration slow) {
    return new AdmissionFilter(new AdmissionProperties(true, limit, 1, 100, slow), meters);
  }

  private MockHttpServletResponse ask(AdmissionFilter filter, String path, FilterChain chain)
      throws Exception {
    MockHttpServletResponse response = new MockHttpServletResponse();
    filter.doFilter(new MockHttpServletRequest("POST", path), response, chain);
    return response;
  }

  private double limit() {
    return meters.get("countermachine.admission.limit").gauge().value();
  }

  /** Asks for one request inside the other, as many as that. */
  private FilterChain nested(AdmissionFilter filter, int depth) {
    return (request, response) -> {
      answered.incrementAndGet();
      if (depth > 1) {
        try {
          MockHttpServletResponse inner = ask(filter, "/v1/features", nested(filter, depth - 1));
          assertThat(inner.getStatus()).isEqualTo(depth > 2 ? 200 : 429);
          if (inner.getStatus() == 429) {
            assertThat(inner.getHeader("Retry-After")).isEqualTo("1");
            assertThat(inner.getContentType()).isEqualTo("application/problem+json");
            assertThat(inner.getContentAsString()).contains("\"status\":429");
          }
        } catch (Exception e) {
          throw new AssertionError(e);
        }
      }
    };
  }

  @Test
  void requestAboveTheLimit_isTurnedAway_withoutBeingWorkedOn() throws Exception {
    AdmissionFilter filter = filter(3, Duration.ofHours(1));
    assertThat(ask(filter, "/v1/features", nested(filter, 4)).getStatus()).isEqualTo(200);
    assertThat(answered).hasValue(3);
    assertThat(meters.get("countermachine.admission.rejected").counter().count()).isEqualTo(1);
    assertThat(meters.get("countermachine.admission.in.flight").gauge().value()).isZero();
  }

  @Test
  void slowRequests_lowerTheLimit_downToTheLeast() throws Exception {
    AdmissionFilter filter = filter(20, Duration.ofNanos(1));
    ask(filter, "/v1/features", (request, response) -> {});
    assertThat(limit()).isEqualTo(18);
    for (int i = 0; i < 100; i++) {
      ask(filter, "/v1/features", (request, response) -> {});
    }
    assertThat(limit()).isEqualTo(1);
  }

  @Test
  void faultyRequests_changeNothing() throws Exception {
    AdmissionFilter filter = filter(20, Duration.ofNanos(1));
    ask(
        filter,
        "/v1/features",
        (request, response) -> ((MockHttpServletResponse) response).setStatus(400));
    assertThat(limit()).isEqualTo(20);
  }

  @Test
  void healthAndMetrics_areNeverTurnedAway() throws Exception {
    AdmissionFilter filter = filter(1, Duration.ofHours(1));
    FilterChain health =
        (request, response) -> {
          try {
            assertThat(
                    ask(filter, "/actuator/health", (q, r) -> answered.incrementAndGet())
                        .getStatus())
                .isEqualTo(200);
          } catch (Exception e) {
            throw new AssertionError(e);
          }
        };
    ask(filter, "/v1/features", health);
    assertThat(answered).hasValue(1);
  }
}
