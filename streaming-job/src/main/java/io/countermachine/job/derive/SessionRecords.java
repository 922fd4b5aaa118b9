package io.countermachine.job.derive;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.countermachine.catalog.Verb;
import io.countermachine.item.ItemKey;
import io.countermachine.json.JsonBytes;
import java.util.List;
import java.util.Locale;

/** Writes sessions as JSON for their topic. Not thread-safe. */
final class SessionRecords {
  private final String event;
  private final Verb verb;
  private final String topic;
  private final JsonBytes json = new JsonBytes();

  /**
   * Creates the writer for one kind of session.
   *
   * @param event its name
   * @param verb the verb that derives it, which has a topic
   */
  SessionRecords(String event, Verb verb) {
    this.event = event;
    this.verb = verb;
    this.topic = verb.emit().orElseThrow().topic();
  }

  /**
   * The record of a session.
   *
   * @param by the values of the session's {@code by} fields
   */
  EmittedRecord of(List<String> by, Session session) {
    json.clear();
    json.write('{');
    json.writeName("event");
    json.writeText(event);
    for (int i = 0; i < verb.by().size(); i++) {
      json.writeName(verb.by().get(i));
      json.writeText(by.get(i));
    }
    number("start", session.start);
    number("end", session.end);
    number("durationMs", session.end - session.start);
    json.writeName("counts");
    json.write('{');
    for (int i = 0; i < session.counts.length; i++) {
      json.writeName(verb.others().get(i));
      json.write(session.counts[i]);
    }
    json.write('}');
    json.writeName("reason");
    json.writeText(session.reason.name().toLowerCase(Locale.ROOT));
    number("revision", session.revision);
    if (!session.retracts.isEmpty()) {
      retracts(session.retracts);
    }
    json.write('}');
    byte[] key = ItemKey.join(by.toArray(String[]::new)).getBytes(UTF_8);
    return new EmittedRecord(topic, key, json.toArray());
  }

  private void retracts(List<Session> retracts) {
    json.writeName("retracts");
    json.write('[');
    for (Session session : retracts) {
      if (!json.endsWith('[')) {
        json.write(',');
      }
      json.write('{');
      number("start", session.start);
      number("end", session.end);
      number("revision", session.revision);
      json.write('}');
    }
    json.write(']');
  }

  private void number(String name, long number) {
    json.writeName(name);
    json.write(number);
  }
}
