package io.countermachine.service.features;

import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * What one request may hold; {@code counter-machine.limits.*}.
 *
 * @param bodyBytes bytes of the body
 * @param candidates candidates
 * @param features features
 */
@ConfigurationProperties("counter-machine.limits")
public record LimitsProperties(
    @DefaultValue("2097152") int bodyBytes,
    @DefaultValue("1000") int candidates,
    @DefaultValue("1000") int features) {}
