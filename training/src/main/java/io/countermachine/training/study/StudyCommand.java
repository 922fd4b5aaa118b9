package io.countermachine.training.study;

import io.countermachine.local.cli.LocalCommand;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code counter-machine study}: finds the features of a training set that predict a label. */
@Command(
    name = "study",
    customSynopsis = "counter-machine study FILE --label NAME [options]",
    description =
        "say which features of a training set are predictive of a label, and what they cost")
public final class StudyCommand extends LocalCommand {
  @Parameters(paramLabel = "FILE", description = "a training set: .parquet, .csv or .jsonl")
  private Path file;

  @Option(
      names = "--label",
      paramLabel = "NAME",
      required = true,
      description = "the column of the label, 1 or 0")
  private String label;

  @Option(
      names = "--catalog",
      paramLabel = "FILE",
      description = "the catalog, for the cost of features; default: the bundled one")
  private Path catalog;

  @Option(
      names = "--keep",
      paramLabel = "N",
      description = "maximum number of features in the printed set, default 20")
  private int keep = 20;

  @Option(
      names = "--html",
      paramLabel = "FILE",
      description = "also write a page with bar charts, without scripts")
  private Path html;

  @Override
  protected void check() {
    requireBetween("--keep", keep, 1, 100_000);
  }

  @Override
  protected int run() throws Exception {
    if (!Files.isReadable(file)) {
      return fail("%s: there is no such file, or it is not readable", file);
    }
    FeaturePrices prices = new FeaturePrices(Optional.of(catalog(catalog)));
    try (FeatureTable table = new FeatureTable(file, label)) {
      FeatureStudy study = new FeatureStudy(table);
      study.run();
      List<FeatureStudy.Choice> order = study.order(prices);
      print(table, study, order);
      if (html != null) {
        writePage(study);
      }
    }
    return DONE;
  }

  private void line(String format, Object... values) {
    out().println(String.format(Locale.ROOT, format, values));
  }

  private void print(FeatureTable table, FeatureStudy study, List<FeatureStudy.Choice> order) {
    line("%,d rows; %s is 1 in %.2f %% of them", study.rows(), label, 100 * study.base());
    line("%-40s %9s %9s %7s %9s %7s", "feature", "present", "not 0", "AUC", "bits", "drift");
    for (FeatureStudy.Finding each : study.byStrength()) {
      line(
          "%-40s %8.1f%% %8.1f%% %7.3f %9.5f %7.3f%s%s",
          each.feature(),
          100 * each.present(),
          100 * each.nonZero(),
          each.auc(),
          each.information(),
          each.drift(),
          each.isLeaking() ? "  LEAKS: it knows the label" : "",
          each.isShifted() ? "  SHIFTS between the halves of the time" : "");
    }
    if (!table.others().isEmpty()) {
      line("not studied, because they are not numbers: %s", String.join(", ", table.others()));
    }
    study.groups().stream()
        .filter(group -> group.size() > 1)
        .forEach(
            group ->
                line(
                    "%s says nearly the same as %s",
                    group.get(0), String.join(", ", group.subList(1, group.size()))));
    line("in order of usefulness per byte, beyond what the features above tell:");
    order.stream()
        .limit(keep)
        .forEach(
            choice ->
                line(
                    "  %-40s %9.5f bits, about %,.0f bytes a key",
                    choice.feature(), choice.gain(), choice.bytes()));
    List<String> chosen =
        order.stream()
            .filter(choice -> choice.gain() > 0)
            .limit(keep)
            .map(FeatureStudy.Choice::feature)
            .toList();
    line("sets:");
    line("  %s_features: [%s]", label, String.join(", ", chosen));
  }

  private void writePage(FeatureStudy study) throws IOException {
    double most = study.byStrength().get(0).information();
    StringBuilder page = new StringBuilder();
    page.append("<!DOCTYPE html><meta charset=\"utf-8\"><title>")
        .append(escaped(label))
        .append("</title><style>body{font:14px sans-serif}td{padding:1px 8px}")
        .append("div{background:#47a;height:12px}</style><h1>What predicts ")
        .append(escaped(label))
        .append("</h1><table><tr><th>feature<th>bits<th><th>AUC<th>present<th>drift");
    for (FeatureStudy.Finding each : study.byStrength()) {
      page.append(
          String.format(
              Locale.ROOT,
              "\n<tr><td>%s<td>%.5f<td><div style=\"width:%.0fpx\"></div><td>%.3f<td>%.1f %%<td>%.3f",
              escaped(each.feature()),
              each.information(),
              most == 0 ? 0 : 300 * each.information() / most,
              each.auc(),
              100 * each.present(),
              each.drift()));
    }
    Files.writeString(html, page.append("\n</table>\n"));
    line("a page to look at: %s", html);
  }

  private static String escaped(String text) {
    return text.replace("&", "&amp;").replace("<", "&lt;").replace("\"", "&quot;");
  }
}
