package io.countermachine.service.web;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.countermachine.service.evaluate.Status;
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
@Schema(
    requiredProperties = {
      "group",
      "key",
      "asOf",
      "lastUpdate",
      "status",
      "stored",
      "decayed",
      "ratios"
    })
record KeyCounters(
    @Schema(example = "user") String group,
    @Schema(example = "u1") String key,
    @Schema(
            description = "the instant of decayed values and ratios, epoch milliseconds",
            example = "1707605600000")
        long asOf,
    @Schema(
            description = "the instant of stored values, epoch milliseconds",
            example = "1707605599000")
        long lastUpdate,
    @Schema(description = "epoch seconds; absent where the key is kept for ever")
        @JsonInclude(JsonInclude.Include.NON_NULL)
        Long expiresAt,
    @Schema(
            description = "NEWER where asOf lies before lastUpdate, and values are as of that",
            allowableValues = {"OK", "NEWER"})
        Status status,
    @Schema(
            description =
                "measure, interval, value as of lastUpdate; only of measures that happened",
            example = "{\"view\": {\"1h\": 4.0, \"lifetime\": 120.0}}")
        Map<String, Map<String, Double>> stored,
    @Schema(
            description = "measure, interval, value as of asOf; of every measure",
            example = "{\"view\": {\"1h\": 3.9, \"lifetime\": 120.0}}")
        Map<String, Map<String, Double>> decayed,
    @Schema(
            description = "ratio, interval, value as of asOf; null where it is undefined",
            example = "{\"ctr\": {\"1h\": null, \"lifetime\": 0.12}}")
        Map<String, Map<String, Double>> ratios) {}
