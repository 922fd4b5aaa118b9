package io.countermachine.measure;

/**
 * One value of a measure that items store and features name.
 *
 * @param name for example {@code view} of the measure {@code view}, or {@code dwell_p95} of {@code
 *     dwell#bins}
 * @param measure index of its measure in the schema
 * @param kind the measure's kind
 * @param statistic which value of the measure it is, by {@link MeasureKind#statistic}
 */
public record Output(String name, int measure, MeasureKind kind, int statistic) {
  private static final char PART = '#';

  /**
   * The output of a measure for a suffix such as {@code mean} or {@code p95}, or for the empty
   * suffix. If the suffix is empty, its name is the measure's. Otherwise it is the measure's up to
   * {@code #}, then {@code _} and the suffix.
   *
   * @throws IllegalArgumentException if the measure's kind has no such output
   */
  public static Output of(Schema schema, int measure, String suffix) {
    Measure of = schema.measures().get(measure);
    int part = of.name().lastIndexOf(PART);
    String name = part < 0 ? of.name() : of.name().substring(0, part);
    return new Output(
        suffix.isEmpty() ? of.name() : name + "_" + suffix,
        measure,
        of.kind(),
        of.kind().statistic(suffix));
  }

  /** How its value is stored and read. */
  public Form form() {
    return kind.form();
  }
}
