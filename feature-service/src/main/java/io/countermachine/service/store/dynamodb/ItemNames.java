package io.countermachine.service.store.dynamodb;

import io.countermachine.catalog.Catalog;
import io.countermachine.catalog.Group;
import io.countermachine.item.ItemCodec;
import io.countermachine.item.NameIndex;
import io.countermachine.measure.Interval;
import io.countermachine.measure.ItemSchema;
import io.countermachine.measure.Output;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/**
 * The names in the items of a catalog's groups. Outputs and intervals have one number across all
 * groups, because an item's numbers may precede its group's name.
 */
final class ItemNames {
  private final NameTable groups;
  private final NameTable outputs;
  private final NameTable intervals;
  private final List<OfGroup> ofGroups = new ArrayList<>();

  /**
   * The names in the items of one group.
   *
   * @param schema the content of the items
   * @param outputs maps an output's name to its index in the schema
   * @param intervals maps an interval's label to its index in the schema
   * @param outputIndexes the index of an output by its number across all groups; -1 for none
   * @param intervalIndexes the index of an interval by its number across all groups; -1 for none
   * @param entries by output, the names in its entries: the instant, then the fields; null for
   *     outputs without entries
   */
  @SuppressWarnings("ArrayRecordComponent") // For the hot path, never compared.
  record OfGroup(
      ItemSchema schema,
      NameIndex outputs,
      NameIndex intervals,
      int[] outputIndexes,
      int[] intervalIndexes,
      NameTable[] entries) {}

  ItemNames(Catalog catalog) {
    List<ItemSchema> schemas = catalog.groups().stream().map(Group::itemSchema).toList();
    groups = new NameTable(catalog.groups().stream().map(Group::name).toList());
    outputs =
        new NameTable(
            schemas.stream()
                .flatMap(schema -> schema.outputs().stream().map(Output::name))
                .toList());
    intervals =
        new NameTable(
            schemas.stream()
                .flatMap(schema -> schema.schema().intervals().stream().map(Interval::label))
                .toList());
    schemas.forEach(schema -> ofGroups.add(ofGroup(schema)));
  }

  private OfGroup ofGroup(ItemSchema schema) {
    int[] outputIndexes = new int[outputs.size()];
    for (int output = 0; output < outputIndexes.length; output++) {
      outputIndexes[output] = schema.outputIndex(outputs.get(output));
    }
    int[] intervalIndexes = new int[intervals.size()];
    for (int interval = 0; interval < intervalIndexes.length; interval++) {
      intervalIndexes[interval] = schema.schema().intervalIndex(intervals.get(interval));
    }
    return new OfGroup(
        schema,
        index(outputs, outputIndexes),
        index(intervals, intervalIndexes),
        outputIndexes,
        intervalIndexes,
        schema.outputs().stream().map(ItemNames::entry).toArray(NameTable[]::new));
  }

  private static NameTable entry(Output output) {
    return output.form().hasIntervals()
        ? null
        : new NameTable(
            Stream.concat(Stream.of(ItemCodec.AT), output.kind().fields().stream()).toList());
  }

  private static NameIndex index(NameTable names, int[] indexes) {
    return (bytes, from, to) -> {
      int number = names.find(bytes, from, to);
      return number == NameTable.UNKNOWN ? NameTable.UNKNOWN : indexes[number];
    };
  }

  NameTable groups() {
    return groups;
  }

  NameTable outputs() {
    return outputs;
  }

  NameTable intervals() {
    return intervals;
  }

  OfGroup ofGroup(int group) {
    return ofGroups.get(group);
  }
}
