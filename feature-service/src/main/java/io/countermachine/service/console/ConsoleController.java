package io.countermachine.service.console;

import io.countermachine.catalog.Catalog;
import io.countermachine.catalog.Group;
import io.countermachine.item.ItemKey;
import io.countermachine.service.access.GrantedScopes;
import io.countermachine.service.access.Scope;
import io.countermachine.service.admission.RequestBodies;
import io.countermachine.service.problem.RequestFault;
import io.countermachine.service.problem.StoreUnavailable;
import io.countermachine.service.store.CounterStore;
import io.countermachine.service.store.Deadline;
import io.countermachine.service.store.PendingReads;
import io.countermachine.service.store.ReadResult;
import io.swagger.v3.oas.annotations.Hidden;
import jakarta.servlet.http.HttpServletRequest;
import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.OptionalLong;
import java.util.concurrent.CompletionException;
import org.springframework.beans.factory.annotation.Qualifier;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBooleanProperty;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.http.ProblemDetail;
import org.springframework.web.ErrorResponseException;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;
import tools.jackson.databind.JsonNode;

/** What the console's page asks for besides the public API; no API for others. */
@Hidden
@RestController
@RequestMapping(path = "/console/api", produces = MediaType.APPLICATION_JSON_VALUE)
@ConditionalOnBooleanProperty(name = "counter-machine.console.enabled", matchIfMissing = true)
class ConsoleController {
  private static final int NEWEST_PER_PARTITION = 25;
  private static final String READ_ONLY =
      "this console only reads; counter-machine.console.send-events=true lets it send events";
  private static final Duration READ_LIMIT = Duration.ofSeconds(1);

  private final ConsoleProperties properties;
  private final RequestBodies bodies;
  private final Parts parts;
  private final EventTopic topic;
  private final RecentEvents recent;
  private final SourceProgress progress;
  private final Catalog catalog;
  private final CounterStore uncachedStore;
  private final Clock clock;
  private final OutageLog progressLog = new OutageLog("job's metrics");

  ConsoleController(
      ConsoleProperties properties,
      RequestBodies bodies,
      Parts parts,
      EventTopic topic,
      SourceProgress progress,
      Catalog catalog,
      @Qualifier("uncachedStore") CounterStore uncachedStore,
      Clock clock) {
    this.properties = properties;
    this.bodies = bodies;
    this.parts = parts;
    this.topic = topic;
    this.recent = new RecentEvents(() -> topic.newest(NEWEST_PER_PARTITION), System::nanoTime);
    this.progress = progress;
    this.catalog = catalog;
    this.uncachedStore = uncachedStore;
    this.clock = clock;
  }

  /**
   * The state of all parts.
   *
   * @param now the service's clock, epoch milliseconds
   * @param mayNotSend why whoever asks may send no event; null where it may
   */
  record StatusAnswer(long now, List<PartStatus> parts, String mayNotSend) {}

  @GetMapping("/status")
  StatusAnswer status(HttpServletRequest http) {
    String mayNotSend =
        GrantedScopes.has(http, Scope.SEND)
            ? properties.sendEvents() ? null : READ_ONLY
            : "this key lacks the scope send";
    return new StatusAnswer(clock.millis(), parts.look(), mayNotSend);
  }

  /**
   * Sends an event as it is. Only a body that is declared as JSON is taken, which no other site's
   * form can send.
   */
  @PostMapping(path = "/events", consumes = MediaType.APPLICATION_JSON_VALUE)
  EventTopic.Sent send(HttpServletRequest http) throws IOException {
    if (!properties.sendEvents()) {
      throw problem(HttpStatus.FORBIDDEN, READ_ONLY, null);
    }
    try (RequestBodies.Body body = bodies.read(http, EventText.MAX_BYTES)) {
      EventText.check(body.bytes());
      requireBroker();
      return topic.send(body.bytes());
    } catch (BrokerFailure e) {
      throw unavailable(e.getMessage(), e);
    }
  }

  record RecentAnswer(List<JsonNode> events) {}

  /** The topic's newest events, so that a page can offer keys that exist. */
  @GetMapping("/recent")
  RecentAnswer recent() {
    requireBroker();
    try {
      return new RecentAnswer(recent.look());
    } catch (BrokerFailure e) {
      throw unavailable(e.getMessage(), e);
    }
  }

  private void requireBroker() {
    if (!properties.knowsBroker()) {
      throw unavailable("counter-machine.console.bootstrap-servers is not set", null);
    }
  }

  /**
   * Whether the job took a record.
   *
   * @param currentOffset the last offset it took from the partition, null where none is known
   */
  record ProgressAnswer(boolean taken, Long currentOffset) {}

  @GetMapping("/progress")
  ProgressAnswer progress(
      @RequestParam("partition") int partition, @RequestParam("offset") long offset) {
    if (!progress.isKnown()) {
      throw unavailable("counter-machine.console.job-metrics-url is not set", null);
    }
    try {
      OptionalLong current = progress.currentOffset(partition);
      progressLog.works();
      return current.isPresent()
          ? new ProgressAnswer(current.getAsLong() >= offset, current.getAsLong())
          : new ProgressAnswer(false, null);
    } catch (CompletionException e) {
      progressLog.failed(e);
      throw unavailable("the job's metrics cannot be read", e);
    }
  }

  /** One item as the table holds it now; what is not there is an answer, too. */
  @GetMapping("/stored/{group}/{key}")
  StoredItem stored(@PathVariable("group") String groupName, @PathVariable("key") String key) {
    Group group =
        catalog.group(groupName).orElseThrow(() -> RequestFault.unknownGroup(groupName, catalog));
    ReadResult result =
        ItemKey.fits(key) && !key.isEmpty()
            ? read(new ItemKey(groupName, key))
            : ReadResult.absent(System.nanoTime());
    if (result.failed()) {
      throw new StoreUnavailable();
    }
    long now = clock.millis();
    return result.item() == null || result.item().isExpiredAt(now)
        ? StoredItem.absent(now)
        : StoredItem.of(group, result.item().counters(), now);
  }

  private ReadResult read(ItemKey key) {
    return PendingReads.read(uncachedStore, List.of(key), Deadline.after(READ_LIMIT))[0];
  }

  private static ErrorResponseException unavailable(String detail, Throwable cause) {
    return problem(HttpStatus.SERVICE_UNAVAILABLE, detail, cause);
  }

  private static ErrorResponseException problem(HttpStatus status, String detail, Throwable cause) {
    return new ErrorResponseException(
        status, ProblemDetail.forStatusAndDetail(status, detail), cause);
  }
}
