package io.countermachine.console;

import java.util.HashMap;
import java.util.Map;

/** The session logs by topic. Each topic is opened on first use. */
final class SessionLogs implements AutoCloseable {
  private final ConsoleProperties properties;
  private final SessionTopics topics;
  private final Map<String, SessionLog> logs = new HashMap<>();

  SessionLogs(ConsoleProperties properties, SessionTopics topics) {
    this.properties = properties;
    this.topics = topics;
  }

  /** The session log of the topic that the catalog names for an event. */
  SessionLog of(String event) {
    String topic = topics.of(event);
    synchronized (logs) {
      return logs.computeIfAbsent(
          topic,
          name -> new SessionLog(new SessionTopicReader(properties, name), System::nanoTime));
    }
  }

  @Override
  public void close() {
    synchronized (logs) {
      logs.values().forEach(SessionLog::close);
    }
  }
}
