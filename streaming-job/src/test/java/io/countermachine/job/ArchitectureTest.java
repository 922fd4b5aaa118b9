package io.countermachine.job;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The permitted dependencies of this module's packages. */
class ArchitectureTest {
  private static final JavaClasses CLASSES =
      new ClassFileImporter()
          .withImportOption(new ImportOption.DoNotIncludeTests())
          .importPackages("io.countermachine.job");

  @Test
  void packages_haveNoCycles() {
    slices().matching("io.countermachine.(**)").should().beFreeOfCycles().check(CLASSES);
  }

  /**
   * The order of layers from input to output. The start may use all of them, and none may use the
   * start.
   */
  @ParameterizedTest
  @CsvSource({
    "state, source config ingest counting output",
    "source, config ingest counting output",
    "config, ingest counting output",
    "ingest, counting output",
    "counting, output"
  })
  void layer_doesNotKnowThoseAboveIt(String layer, String above) {
    for (String name : above.split(" ", -1)) {
      noClasses()
          .that()
          .resideInAPackage("io.countermachine.job." + layer)
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage("io.countermachine.job." + name, "io.countermachine.job")
          .check(CLASSES);
    }
  }

  @Test
  void job_knowsNoSpring() {
    noClasses()
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage("org.springframework..")
        .check(CLASSES);
  }
}
