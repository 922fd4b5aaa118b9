package io.countermachine.service.web;

import io.countermachine.service.evaluate.Status;
import io.swagger.v3.oas.annotations.media.Schema;
import java.util.List;

/**
 * The closed panes of a key's measure, in order.
 *
 * @param interval the {@code each_} interval
 * @param stepMillis the length of a pane
 * @param from the start of the first pane, epoch milliseconds
 * @param to the end of the last pane, epoch milliseconds; equals {@code from} if there is no pane
 * @param status NOT_COUNTED if the job does not count the measure at the interval yet, so that no
 *     value is known; otherwise OK
 * @param panes oldest first, without gaps
 */
@Schema(
    requiredProperties = {
      "group",
      "key",
      "measure",
      "interval",
      "stepMillis",
      "from",
      "to",
      "lastUpdate",
      "status",
      "panes"
    })
record PaneSeries(
    @Schema(example = "site") String group,
    @Schema(example = "*") String key,
    @Schema(example = "view") String measure,
    @Schema(example = "each_1m") String interval,
    @Schema(description = "length of a pane, milliseconds", example = "60000") long stepMillis,
    @Schema(description = "start of the first pane, epoch milliseconds", example = "1707605520000")
        long from,
    @Schema(description = "end of the last pane, epoch milliseconds", example = "1707605640000")
        long to,
    @Schema(
            description = "the instant of the newest event, epoch milliseconds",
            example = "1707605599000")
        long lastUpdate,
    @Schema(
            description = "NOT_COUNTED if the job does not count it yet: all values are null then",
            allowableValues = {"OK", "NOT_COUNTED"})
        Status status,
    @Schema(description = "oldest first, without gaps") List<Pane> panes) {

  /**
   * One pane.
   *
   * @param start epoch milliseconds
   * @param value a number, numbers by label, or null
   */
  @Schema(
      name = "Pane",
      requiredProperties = {"start", "value"})
  record Pane(
      @Schema(description = "epoch milliseconds", example = "1707605520000") long start,
      @Schema(
              description =
                  "a number (0 without events), numbers by label, or null if it is undefined",
              example = "12.0")
          Object value) {}
}
