package io.countermachine.measure;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/** The contents of one group's items: outputs of its measures, each with some intervals. */
public final class ItemSchema {
  private final Schema schema;
  private final List<Output> outputs;
  private final Map<String, Integer> indexes = new HashMap<>();
  private final int[][] numberIntervals;
  private final int[][] paneIntervals;
  private final int[][] numberColumns;
  private final int[][] paneColumns;
  private final boolean hasPanes;
  private final boolean hasLabels;
  private final boolean hasEntries;

  private ItemSchema(Schema schema, List<Output> outputs) {
    this.schema = schema;
    this.outputs = List.copyOf(outputs);
    this.numberIntervals = new int[outputs.size()][];
    this.paneIntervals = new int[outputs.size()][];
    this.numberColumns = new int[outputs.size()][];
    this.paneColumns = new int[outputs.size()][];
    for (int i = 0; i < outputs.size(); i++) {
      Output output = outputs.get(i);
      if (indexes.put(output.name(), i) != null) {
        throw new IllegalArgumentException(
            "group %s: two outputs named %s".formatted(schema, output.name()));
      }
      numberIntervals[i] = intervals(output, true);
      paneIntervals[i] = intervals(output, false);
      numberColumns[i] = columns(numberIntervals[i]);
      paneColumns[i] = columns(paneIntervals[i]);
    }
    hasPanes = Arrays.stream(paneIntervals).anyMatch(intervals -> intervals.length > 0);
    hasLabels = outputs.stream().anyMatch(output -> output.form() == Form.LABELS);
    hasEntries = outputs.stream().anyMatch(output -> !output.form().hasIntervals());
  }

  /** The items of a schema with these outputs, whose names are distinct. */
  public static ItemSchema of(Schema schema, List<Output> outputs) {
    return new ItemSchema(schema, outputs);
  }

  /** The items of a schema whose measures have one output each, with their own names. */
  public static ItemSchema of(Schema schema) {
    List<Output> outputs = new ArrayList<>();
    for (int measure = 0; measure < schema.measures().size(); measure++) {
      outputs.add(Output.of(schema, measure, ""));
    }
    return new ItemSchema(schema, outputs);
  }

  private int[] intervals(Output output, boolean numbers) {
    return IntStream.range(0, schema.intervals().size())
        .filter(i -> schema.has(output.measure(), i))
        .filter(i -> output.kind().isNumber(schema.intervals().get(i)) == numbers)
        .toArray();
  }

  private int[] columns(int[] intervals) {
    int[] columns = new int[schema.intervals().size()];
    Arrays.fill(columns, -1);
    for (int i = 0; i < intervals.length; i++) {
      columns[intervals[i]] = i;
    }
    return columns;
  }

  /** The data that the job keeps. */
  public Schema schema() {
    return schema;
  }

  public List<Output> outputs() {
    return outputs;
  }

  public Output output(int output) {
    return outputs.get(output);
  }

  /** Index of the output of that name in {@link #outputs()}, or -1. */
  public int outputIndex(String name) {
    return indexes.getOrDefault(name, -1);
  }

  /** Returns true if an output has an interval. */
  public boolean has(int output, int interval) {
    return numberColumns[output][interval] >= 0 || paneColumns[output][interval] >= 0;
  }

  /** The group's intervals at which the output is a number, in the order of its numbers. */
  public int[] numberIntervals(int output) {
    return numberIntervals[output].clone();
  }

  /** The number of intervals at which the output is a number. */
  public int numberCount(int output) {
    return numberIntervals[output].length;
  }

  /** Returns true if the output is a number at any interval. */
  public boolean hasNumbers(int output) {
    return numberIntervals[output].length > 0;
  }

  /** Returns true if any output has panes, directly or of labels. */
  public boolean hasPanes() {
    return hasPanes;
  }

  /** Returns true if any output has labels. */
  public boolean hasLabels() {
    return hasLabels;
  }

  /** Returns true if any output is a list, a first or a last. */
  public boolean hasEntries() {
    return hasEntries;
  }

  /** The group's intervals at which the output has panes. */
  public int[] paneIntervals(int output) {
    return paneIntervals[output].clone();
  }

  /** The index of an interval in {@link #numberIntervals}, or -1. */
  public int numberColumn(int output, int interval) {
    return numberColumns[output][interval];
  }

  /** The index of an interval in {@link #paneIntervals}, or -1. */
  public int paneColumn(int output, int interval) {
    return paneColumns[output][interval];
  }
}
