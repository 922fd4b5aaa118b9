package io.countermachine.service.web;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.countermachine.service.evaluate.Status;
import io.swagger.v3.oas.annotations.media.Schema;
import java.util.List;
import java.util.Map;

/**
 * The counters of one key.
 *
 * @param asOf the instant of decayed values and formulas, epoch milliseconds
 * @param lastUpdate the instant of stored values, epoch milliseconds
 * @param expiresAt epoch seconds; absent if the key is kept for ever
 * @param status BLOCKED if a rule blocks the key, and only {@code stored} has values; NEWER if asOf
 *     is before lastUpdate, and values are as of lastUpdate; otherwise OK
 * @param stored measure → interval → the stored value as of lastUpdate, only for measures that
 *     happened
 * @param decayed measure → interval → the value as of asOf, for every measure
 * @param lists by list name, its entries as of asOf, newest first; absent if the list is not
 *     counted
 * @param firsts by name of the first, its value; absent if there is none
 * @param lasts by name of the last, its value; absent if there is none
 * @param ratios ratio → interval → the value as of asOf; null if undefined
 * @param formulas by feature name, including ratios
 * @param notCounted each {@code measure.interval} that the job does not count yet; absent if there
 *     is none
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
      "lists",
      "firsts",
      "lasts",
      "ratios",
      "formulas"
    })
record KeyCounters(
    @Schema(example = "user") String group,
    @Schema(example = "u1") String key,
    @Schema(
            description = "the instant of decayed values, ratios and formulas, epoch milliseconds",
            example = "1707605600000")
        long asOf,
    @Schema(
            description = "the instant of stored values, epoch milliseconds",
            example = "1707605599000")
        long lastUpdate,
    @Schema(description = "epoch seconds; absent if the key never expires")
        @JsonInclude(JsonInclude.Include.NON_NULL)
        Long expiresAt,
    @Schema(
            description =
                "BLOCKED if a rule blocks the key at asOf: only `stored` has values then; NEWER "
                    + "if asOf is before lastUpdate: the values are as of lastUpdate then",
            allowableValues = {"OK", "NEWER", "BLOCKED"})
        Status status,
    @Schema(
            description =
                "by measure and interval, what the item holds as of lastUpdate, only for "
                    + "measures that happened: a number; for a window, numbers by the start of their "
                    + "pane in epoch milliseconds (for a mean or stddev three each: weight, sum of x - "
                    + "c, sum of (x - c) squared); for a histogram, the same by label",
            example = "{\"view\": {\"1h\": 4.0, \"last_1h\": {\"1707605580000\": 3.0}}}")
        Map<String, Map<String, Object>> stored,
    @Schema(
            description =
                "by measure and interval, the value of every measure as of asOf: a number, numbers by label, or null",
            example = "{\"view\": {\"1h\": 3.9, \"last_1h\": 3.0}}")
        Map<String, Map<String, Object>> decayed,
    @Schema(
            description =
                "by name, the list's entries as of asOf, newest first; each has the fields of "
                    + "its event, and the event's instant `at` in epoch milliseconds",
            example = "{\"recent\": [{\"postId\": \"p9\", \"at\": 1707605599000}]}")
        Map<String, List<Map<String, Object>>> lists,
    @Schema(description = "by name, the value of the earliest event; absent if there is none")
        Map<String, EndValue> firsts,
    @Schema(description = "by name, the value of the latest event; absent if there is none")
        Map<String, EndValue> lasts,
    @Schema(
            description = "by ratio and interval, the value as of asOf; null if it is undefined",
            example = "{\"ctr\": {\"1h\": null, \"lifetime\": 0.12}}")
        Map<String, Map<String, Double>> ratios,
    @Schema(description = "by name, each feature that a formula computes, including ratios")
        Map<String, FormulaValue> formulas,
    @Schema(
            description =
                "each measure.interval that the job does not count yet and that has no value; absent if there is none")
        @JsonInclude(JsonInclude.Include.NON_NULL)
        List<String> notCounted) {

  /**
   * The value of a first or last.
   *
   * @param value a text or a number
   * @param at the event's instant, epoch milliseconds
   */
  @Schema(requiredProperties = {"value", "at"})
  record EndValue(
      @Schema(description = "a text or a number", example = "phone") Object value,
      @Schema(description = "the event's instant, epoch milliseconds", example = "1707605599000")
          long at) {}

  /**
   * A formula's value and how it was computed.
   *
   * @param value a number, a text or null
   * @param formula as in the catalog
   * @param operands what its names stand for, each once
   */
  @Schema(requiredProperties = {"value", "status", "formula", "operands"})
  record FormulaValue(
      @Schema(description = "a number, a text or null") Object value,
      Status status,
      @Schema(example = "like / view") String formula,
      List<OperandValue> operands) {}

  /**
   * The value that a name in a formula stands for.
   *
   * @param value null if there is none
   */
  @Schema(requiredProperties = {"name", "value", "status"})
  record OperandValue(
      @Schema(example = "like.1h") String name,
      @Schema(description = "a number, a text or null") Object value,
      Status status) {}
}
