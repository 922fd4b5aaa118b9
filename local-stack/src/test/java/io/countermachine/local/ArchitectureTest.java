package io.countermachine.local;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import org.junit.jupiter.api.Test;

/** Checks what the packages of this module may depend on. */
class ArchitectureTest {
  private static final JavaClasses CLASSES =
      new ClassFileImporter()
          .withImportOption(new ImportOption.DoNotIncludeTests())
          .importPackages("io.countermachine.local");

  @Test
  void packages_haveNoCycles() {
    slices().matching("io.countermachine.local.(*)..").should().beFreeOfCycles().check(CLASSES);
  }

  /**
   * Tests compare the machine with the verification, so the verification must not use the machine.
   */
  @Test
  void verification_usesNoProcessOfTheMachine() {
    noClasses()
        .that()
        .resideInAPackage("..local.verification..")
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage("..local.stack..", "..local.progress..", "..local.torture..")
        .check(CLASSES);
  }
}
