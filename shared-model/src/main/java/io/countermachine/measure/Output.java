package io.countermachine.measure;

/**
 * What items store and features name of a measure.
 *
 * @param name for example {@code view} of the measure {@code view}, or {@code dwell_p95} of {@code
 *     dwell#bins}
 * @param measure index of its measure in the schema
 * @param kind the measure's kind
 * @param statistic what of the measure it is, by {@link MeasureKind#statistic}
 */
public record Output(String name, int measure, MeasureKind kind, int statistic) {
  private static final char PART = '#';

  /**
   * The output of a measure for a suffix such as {@code mean} or {@code p95}, or the empty one. Its
   * name is the measure's where the suffix is empty, else the measure's up to {@code #}, then
   * {@code _} and the suffix.
   *
   * @throws IllegalArgumentException where the measure's kind gives no such output
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
