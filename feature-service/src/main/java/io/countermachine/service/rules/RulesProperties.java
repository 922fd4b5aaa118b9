package io.countermachine.service.rules;

import java.util.Map;
import java.util.Properties;
import org.apache.kafka.clients.CommonClientConfigs;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * How the service reaches the rules topic; {@code counter-machine.rules.*}. Has no effect if the
 * catalog has no rules.
 *
 * @param bootstrapServers the brokers; if empty, the service neither knows nor changes rules
 * @param kafka further settings of Kafka's clients, such as {@code security.protocol}
 */
@ConfigurationProperties("counter-machine.rules")
record RulesProperties(
    @DefaultValue("") String bootstrapServers, @DefaultValue Map<String, String> kafka) {
  Properties client() {
    Properties client = new Properties();
    client.putAll(kafka);
    client.put(CommonClientConfigs.BOOTSTRAP_SERVERS_CONFIG, bootstrapServers);
    return client;
  }
}
