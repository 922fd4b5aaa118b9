package io.countermachine;

import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideOutsideOfPackages;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The permitted dependencies of this module's packages. */
class ArchitectureTest {
  private static final String OURS = "io.countermachine..";

  private static final JavaClasses CLASSES =
      new ClassFileImporter()
          .withImportOption(new ImportOption.DoNotIncludeTests())
          .importPackages("io.countermachine");

  @Test
  void module_knowsNeitherSpringNorFlinkNorKafka() {
    noClasses()
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage("org.springframework..", "org.apache.flink..", "org.apache.kafka..")
        .check(CLASSES);
  }

  @Test
  void packages_haveNoCycles() {
    slices().matching("io.countermachine.(**)").should().beFreeOfCycles().check(CLASSES);
  }

  @ParameterizedTest
  @ValueSource(strings = {"measure", "expression", "json"})
  void basePackage_dependsOnNothingOfOurs(String name) {
    String own = "io.countermachine." + name;
    noClasses()
        .that()
        .resideInAPackage(own)
        .should()
        .dependOnClassesThat(resideInAPackage(OURS).and(resideOutsideOfPackages(own)))
        .check(CLASSES);
  }

  @Test
  void catalog_dependsOnMeasuresAndExpressionsAlone() {
    noClasses()
        .that()
        .resideInAPackage("io.countermachine.catalog")
        .should()
        .dependOnClassesThat(
            resideInAPackage(OURS)
                .and(
                    resideOutsideOfPackages(
                        "io.countermachine.catalog",
                        "io.countermachine.measure",
                        "io.countermachine.expression")))
        .check(CLASSES);
  }

  /** Code that counts or stores needs no YAML. */
  @Test
  void yaml_isReadInOnePackage() {
    noClasses()
        .that()
        .resideOutsideOfPackage("io.countermachine.catalog.yaml")
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage("io.countermachine.catalog.yaml", "org.yaml..")
        .check(CLASSES);
  }
}
