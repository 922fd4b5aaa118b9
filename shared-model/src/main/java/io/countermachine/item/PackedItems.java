package io.countermachine.item;

import io.countermachine.measure.Form;
import io.countermachine.measure.Interval;
import io.countermachine.measure.ItemSchema;
import io.countermachine.measure.ItemValues;
import io.countermachine.measure.Output;
import java.util.stream.IntStream;

/**
 * Encodes one schema's items in packed form. Items with only numbers for which 0 means absent are
 * written in version 1, which also releases without sections can read. Not thread-safe.
 */
final class PackedItems {
  private final PackedWriter numbers;
  private final PackedSections sections;

  PackedItems(ItemSchema schema) {
    boolean onlyNumbers =
        IntStream.range(0, schema.outputs().size())
            .allMatch(
                output ->
                    schema.output(output).form() == Form.DECAYING
                        && schema.paneIntervals(output).length == 0);
    numbers =
        onlyNumbers
            ? new PackedWriter(
                schema.outputs().stream().map(Output::name).toList(),
                schema.schema().intervals().stream().map(Interval::label).toList())
            : null;
    sections = onlyNumbers ? null : new PackedSections(schema);
  }

  /**
   * The packed item.
   *
   * @throws IllegalArgumentException if a decayed number is NaN
   */
  byte[] encode(ItemValues values) {
    return numbers == null ? sections.encode(values) : numbers.encode(values);
  }
}
