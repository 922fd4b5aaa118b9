package io.countermachine.service.web;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.countermachine.catalog.Catalog;
import io.countermachine.catalog.yaml.CatalogLoader;
import io.countermachine.item.ItemKey;
import io.countermachine.service.TestCatalog;
import io.countermachine.service.admission.Admission;
import io.countermachine.service.admission.AdmissionProperties;
import io.countermachine.service.admission.RequestBodies;
import io.countermachine.service.answerlog.AnswerLog;
import io.countermachine.service.catalog.CurrentCatalog;
import io.countermachine.service.connections.CallerProperties;
import io.countermachine.service.connections.ResponseOutput;
import io.countermachine.service.plan.LimitsProperties;
import io.countermachine.service.rules.KeyRules;
import io.countermachine.service.store.CountedMeasures;
import io.countermachine.service.store.CounterStore;
import io.countermachine.service.store.ReadListener;
import io.countermachine.service.store.ReadResult;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.springframework.mock.web.MockHttpServletRequest;
import org.springframework.mock.web.MockHttpServletResponse;
import org.springframework.util.unit.DataSize;

class FeatureControllerTest {
  /** An empty store. */
  private static final class EmptyStore implements CounterStore {
    @Override
    public void read(List<ItemKey> keys, ReadListener listener) {
      for (int i = 0; i < keys.size(); i++) {
        listener.onResult(i, ReadResult.absent(System.nanoTime()));
      }
    }

    @Override
    public void check() {
      // Always available.
    }
  }

  private static FeatureController controller() {
    SimpleMeterRegistry meters = new SimpleMeterRegistry();
    CallerProperties callers =
        new CallerProperties(
            Duration.ofSeconds(20), Duration.ofSeconds(20), DataSize.ofMegabytes(1));
    Catalog catalog = CatalogLoader.parse("test.yaml", TestCatalog.YAML);
    LimitsProperties limits = new LimitsProperties(1_000_000, 1_000, 1_000, 2_048, 100_000, 10_000);
    Admission admission =
        new Admission(
            new AdmissionProperties(
                true, 10, 1, 10, Duration.ofSeconds(1), Duration.ofSeconds(1), Duration.ZERO),
            meters);
    return new FeatureController(
        new CurrentCatalog(catalog, Optional.empty(), Duration.ZERO, meters),
        new FeatureCalls(
            catalog,
            new EmptyStore(),
            () -> CountedMeasures.ALL,
            KeyRules.NONE,
            limits,
            admission,
            AnswerLog.none(meters),
            meters,
            Clock.systemUTC()),
        limits,
        new RequestProperties(Duration.ofSeconds(20), Duration.ofMillis(10)),
        new RequestBodies(callers, meters),
        new ResponseOutput(callers));
  }

  @Test
  void bytesOfALargeAnswer_areLetGo_onceItIsWritten() throws IOException {
    FeatureController controller = controller();
    MockHttpServletRequest request = new MockHttpServletRequest();
    request.setContent(
        "{\"features\":[%s],\"candidates\":[%s]}"
            .formatted(
                String.join(",", Collections.nCopies(100, "\"user.view.1h\"")),
                String.join(",", Collections.nCopies(1_000, "{}")))
            .getBytes(UTF_8));
    MockHttpServletResponse response = new MockHttpServletResponse();
    controller.features(request, response);
    // A null and a comma for each value.
    assertThat(response.getContentAsByteArray()).hasSizeGreaterThan(500_000);
    assertThat(controller.jsonBuffer().capacity()).isLessThan(100_000);
  }
}
