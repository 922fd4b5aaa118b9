package io.countermachine.service;

import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.Architectures.layeredArchitecture;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import org.junit.jupiter.api.Test;

/** Checks which package may use which. CONTRIBUTING.md has the map. */
class ArchitectureTest {
  private static final JavaClasses SERVICE =
      new ClassFileImporter()
          .withImportOption(new ImportOption.DoNotIncludeTests())
          .importPackages("io.countermachine.service");

  @Test
  void packages_haveNoCycles() {
    slices().matching("io.countermachine.service.(**)").should().beFreeOfCycles().check(SERVICE);
  }

  @Test
  void request_goesFromWebOverPlanAndEvaluateToTheStore() {
    layeredArchitecture()
        .consideringOnlyDependenciesInLayers()
        .layer("web")
        .definedBy("io.countermachine.service.web")
        .layer("encode")
        .definedBy("io.countermachine.service.encode")
        .layer("answerlog")
        .definedBy("io.countermachine.service.answerlog")
        .layer("plan")
        .definedBy("io.countermachine.service.plan")
        .layer("evaluate")
        .definedBy("io.countermachine.service.evaluate")
        .layer("store")
        .definedBy("io.countermachine.service.store")
        .whereLayer("web")
        .mayNotBeAccessedByAnyLayer()
        .whereLayer("encode")
        .mayOnlyBeAccessedByLayers("web", "answerlog")
        .whereLayer("answerlog")
        .mayOnlyBeAccessedByLayers("web")
        .whereLayer("plan")
        .mayOnlyBeAccessedByLayers("web", "encode", "answerlog")
        .whereLayer("evaluate")
        .mayOnlyBeAccessedByLayers("web", "encode", "plan", "answerlog")
        .whereLayer("store")
        .mayOnlyBeAccessedByLayers("web", "evaluate")
        .check(SERVICE);
  }

  /** The store's interface knows none of its implementations. They are assembled in one place. */
  @Test
  void storesInterface_isAllThatTheLayersOfTheStoreShare() {
    layeredArchitecture()
        .consideringOnlyDependenciesInLayers()
        .layer("interface")
        .definedBy("io.countermachine.service.store")
        .layer("cache")
        .definedBy("io.countermachine.service.store.cache")
        .layer("hedging")
        .definedBy("io.countermachine.service.store.hedging")
        .layer("dynamodb")
        .definedBy("io.countermachine.service.store.dynamodb")
        .layer("configuration")
        .definedBy("io.countermachine.service.store.configuration")
        .whereLayer("configuration")
        .mayNotBeAccessedByAnyLayer()
        .whereLayer("cache")
        .mayOnlyBeAccessedByLayers("configuration")
        .whereLayer("hedging")
        .mayOnlyBeAccessedByLayers("configuration")
        .whereLayer("dynamodb")
        .mayOnlyBeAccessedByLayers("configuration")
        .check(SERVICE);
  }

  @Test
  void plansAndEvaluation_knowNeitherSpringNorTheSdk() {
    noClasses()
        .that()
        .resideInAnyPackage(
            "io.countermachine.service.evaluate",
            "io.countermachine.service.encode",
            "io.countermachine.service.store.hedging",
            "io.countermachine.service.store.cache")
        .should()
        .dependOnClassesThat(
            resideInAnyPackage(
                "jakarta.servlet..", "org.springframework.web..", "software.amazon.awssdk.."))
        .check(SERVICE);
  }

  /** No request waits for a broker, except the calls that change rules. */
  @Test
  void clientsOfTheBroker_areThoseOfRulesAndOfTheLogOfAnswers() {
    noClasses()
        .that()
        .resideOutsideOfPackages(
            "io.countermachine.service.rules", "io.countermachine.service.answerlog")
        .should()
        .dependOnClassesThat(resideInAnyPackage("org.apache.kafka.."))
        .check(SERVICE);
  }
}
