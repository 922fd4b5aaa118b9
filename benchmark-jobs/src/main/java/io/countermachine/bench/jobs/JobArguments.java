package io.countermachine.bench.jobs;

import java.util.HashMap;
import java.util.Map;
import java.util.Properties;

/**
 * What the contenders are told, by the names that the streaming job has for it.
 *
 * @param catalog a catalog's file
 * @param endpoint the store's
 * @param flushMillis the shortest time between two writes of one key
 * @param flinkProperties Flink's configuration
 */
record JobArguments(
    String catalog,
    String bootstrapServers,
    String topic,
    String endpoint,
    long flushMillis,
    Map<String, String> flinkProperties) {

  static JobArguments parse(String... arguments) {
    Map<String, String> values = new HashMap<>();
    Map<String, String> flink = new HashMap<>();
    for (int i = 0; i < arguments.length; i++) {
      if (arguments[i].startsWith("-D")) {
        String[] pair = arguments[i].substring(2).split("=", 2);
        flink.put(pair[0], pair[1]);
      } else {
        values.put(arguments[i], arguments[++i]);
      }
    }
    return new JobArguments(
        required(values, "--catalog"),
        required(values, "--bootstrap-servers"),
        required(values, "--topic"),
        required(values, "--dynamodb-endpoint"),
        Long.parseLong(required(values, "--flush-millis")),
        flink);
  }

  private static String required(Map<String, String> values, String name) {
    String value = values.get(name);
    if (value == null) {
      throw new IllegalArgumentException(name + " is missing");
    }
    return value;
  }

  /** For every consumer. */
  Properties kafkaProperties() {
    Properties properties = new Properties();
    properties.setProperty("bootstrap.servers", bootstrapServers);
    properties.setProperty("interceptor.classes", ReadMeter.class.getName());
    return properties;
  }
}
