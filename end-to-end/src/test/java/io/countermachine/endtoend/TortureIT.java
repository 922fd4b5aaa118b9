package io.countermachine.endtoend;

import static org.assertj.core.api.Assertions.assertThat;

import io.countermachine.local.torture.TortureReport;
import io.countermachine.local.torture.TortureRun;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The short run of {@code counter-machine torture}. */
class TortureIT {
  private static final long SEED = 20_261_121;

  @Test
  void table_isTheSumOfTheEvents_whateverBreaks(@TempDir Path folder) {
    TortureReport report =
        TortureRun.run(TortureRun.Options.brief(folder, SEED), System.out::println);
    System.out.print(report.text());
    assertThat(report.failures()).as(report.text()).isEmpty();
  }
}
