package io.countermachine.service.groups;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.countermachine.service.features.Status;
import io.swagger.v3.oas.annotations.media.Schema;
import java.util.Map;

/**
 * One key's counters.
 *
 * @param asOf the instant of decayed values and ratios, epoch milliseconds
 * @param lastUpdate the instant of stored values, epoch milliseconds
 * @param expiresAt epoch seconds, absent where the key is kept for ever
 * @param status NEWER where asOf lies before lastUpdate, and values are as of lastUpdate; otherwise
 *     OK
 * @param stored measure → interval → value as of lastUpdate, of measures that happened
 * @param decayed measure → interval → value as of asOf, of every measure
 * @param ratios ratio → interval → value as of asOf, null where undefined
 */
record KeyCounters(
    @Schema(example = "user") String group,
    @Schema(example = "1234") String key,
    long asOf,
    long lastUpdate,
    @JsonInclude(JsonInclude.Include.NON_NULL) Long expiresAt,
    Status status,
    Map<String, Map<String, Double>> stored,
    Map<String, Map<String, Double>> decayed,
    Map<String, Map<String, Double>> ratios) {}
