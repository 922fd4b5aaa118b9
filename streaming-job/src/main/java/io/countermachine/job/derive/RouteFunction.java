package io.countermachine.job.derive;

import io.countermachine.catalog.Catalog;
import io.countermachine.catalog.EventLabel;
import io.countermachine.catalog.EventType;
import io.countermachine.catalog.Verb;
import io.countermachine.job.config.CatalogSource;
import io.countermachine.job.ingest.Event;
import io.countermachine.job.ingest.StatelessEvents;
import java.util.ArrayList;
import java.util.List;
import org.apache.flink.api.common.functions.OpenContext;
import org.apache.flink.api.common.functions.RichFlatMapFunction;
import org.apache.flink.metrics.Counter;
import org.apache.flink.util.Collector;

/** Sends each event to the verbs that use it, keyed by the values of their fields. */
public final class RouteFunction extends RichFlatMapFunction<Event, VerbInput> {
  private static final long serialVersionUID = 1L;
  private static final byte[] NO_TEXT = null;

  private final CatalogSource catalogSource;

  /** By type, the roles that an event of it has for verbs, except for candidates. */
  private transient Role[][] roles;

  /** By type of the verb's event; null for others. */
  private transient Route[] routes;

  private transient Counter longKeys;

  /**
   * For the current event, by type of the verb's event: role bits in addition to that of the
   * candidate.
   */
  private transient int[] others;

  /** The role of an event for a verb. */
  private record Role(int verb, int role, boolean ofSession) {
    /** Returns true if a candidate of the same record may have a role, too. */
    boolean isOther() {
      return !ofSession && role == Happening.OTHER;
    }

    boolean keepsText() {
      return !ofSession && role == Happening.OF;
    }
  }

  /** How a verb finds the events that belong together. */
  @SuppressWarnings("ArrayRecordComponent") // Never compared.
  private record Route(String name, int[] byFields) {}

  public RouteFunction(CatalogSource catalogSource) {
    this.catalogSource = catalogSource;
  }

  @Override
  public void open(OpenContext context) {
    Catalog catalog = catalogSource.catalog();
    List<EventType> types = List.copyOf(catalog.events().values());
    roles = types.stream().map(type -> roles(type.name(), types)).toArray(Role[][]::new);
    routes = types.stream().map(type -> route(type, catalog)).toArray(Route[]::new);
    others = new int[types.size()];
    longKeys = getRuntimeContext().getMetricGroup().counter("longDerivedKeys");
  }

  private static Role[] roles(String name, List<EventType> types) {
    List<Role> roles = new ArrayList<>();
    for (int type = 0; type < types.size(); type++) {
      Verb verb = types.get(type).verb().orElse(null);
      if (verb == null) {
        continue;
      }
      if (verb.kind() == Verb.Kind.UNDOES && types.get(type).name().equals(name)) {
        roles.add(new Role(type, Happening.OTHER, false));
      }
      int index = verb.others().indexOf(name);
      if (index >= 0) {
        switch (verb.kind()) {
          case UNDOES -> roles.add(new Role(type, Happening.OF, false));
          case SESSION -> roles.add(new Role(type, index, true));
          case WITHOUT, THEN -> roles.add(new Role(type, Happening.OTHER, false));
          case ONCE -> throw new IllegalStateException("once names no other event");
        }
      }
    }
    return roles.toArray(Role[]::new);
  }

  private static Route route(EventType type, Catalog catalog) {
    return type.verb()
        .map(
            verb ->
                new Route(
                    type.name(),
                    verb.by().stream()
                        .mapToInt(field -> catalog.eventFields().index(field))
                        .toArray()))
        .orElse(null);
  }

  @Override
  public void flatMap(Event event, Collector<VerbInput> out) {
    if (event.derived() == null) {
      // The usual case: only the record itself.
      for (Role role : roles[event.type()]) {
        send(event, role.verb, role.role, 0, role.keepsText(), out);
      }
      return;
    }
    noteAsOther(event, event.type(), out);
    for (int made : event.derived()) {
      if (made >= 0) {
        noteAsOther(event, made, out);
      }
    }
    for (int i = 0; i < event.derived().length; i++) {
      if (event.derived()[i] < 0) {
        sendCandidate(event, i, out);
      }
    }
    sendOthers(event, event.type(), out);
    for (int made : event.derived()) {
      if (made >= 0) {
        sendOthers(event, made, out);
      }
    }
  }

  /** Sends an event that is not a candidate, or records its role if it may also be a candidate. */
  private void noteAsOther(Event event, int type, Collector<VerbInput> out) {
    for (Role role : roles[type]) {
      if (role.isOther()) {
        others[role.verb] = Happening.OTHER;
      } else {
        send(event, role.verb, role.role, 0, role.keepsText(), out);
      }
    }
  }

  private void sendCandidate(Event event, int index, Collector<VerbInput> out) {
    int made = event.derived()[index];
    int verb = StatelessEvents.candidate(made);
    int candidate = 0;
    for (int before = 0; before < index; before++) {
      candidate += event.derived()[before] == made ? 1 : 0;
    }
    send(event, verb, Happening.OF | others[verb], candidate, true, out);
    others[verb] = 0;
  }

  private void sendOthers(Event event, int type, Collector<VerbInput> out) {
    for (Role role : roles[type]) {
      if (role.isOther() && others[role.verb] != 0) {
        others[role.verb] = 0;
        send(event, role.verb, Happening.OTHER, 0, false, out);
      }
    }
  }

  private void send(
      Event event, int verb, int role, int candidate, boolean keepsText, Collector<VerbInput> out) {
    Route route = routes[verb];
    String[] by = new String[route.byFields.length];
    for (int i = 0; i < by.length; i++) {
      by[i] = EventLabel.of(event.fields()[route.byFields[i]]);
      if (by[i] == null) {
        return;
      }
    }
    String key = VerbKeys.join(route.name, by);
    if (key == null) {
      longKeys.inc();
      return;
    }
    out.collect(
        new VerbInput(
            key, verb, role, event.timeMillis(), candidate, keepsText ? event.text() : NO_TEXT));
  }
}
