package dev.osiris.e2e.architecture;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.methods;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.time.Instant;
import org.junit.jupiter.api.Test;

/**
 * The dependency rules of {@code docs/style.md}, as far as Maven's modules do not hold them
 * already.
 */
class ArchitectureTest {

  private static final JavaClasses CLASSES =
      new ClassFileImporter()
          .withImportOption(new ImportOption.DoNotIncludeTests())
          .importPackages("dev.osiris");

  @Test
  void sharedIsJdkOnly() {
    noClasses()
        .that()
        .resideInAnyPackage(
            "dev.osiris.unit..",
            "dev.osiris.failure..",
            "dev.osiris.step..",
            "dev.osiris.component..",
            "dev.osiris.driver..",
            "dev.osiris.session..",
            "dev.osiris.grant..",
            "dev.osiris.budget..")
        .should()
        .dependOnClassesThat()
        .resideOutsideOfPackages(
            "java..",
            "org.jspecify..",
            "dev.osiris.unit..",
            "dev.osiris.failure..",
            "dev.osiris.step..",
            "dev.osiris.component..",
            "dev.osiris.driver..",
            "dev.osiris.session..",
            "dev.osiris.grant..",
            "dev.osiris.budget..")
        .because("driver authors get module shared and nothing behind it")
        .check(CLASSES);
  }

  @Test
  void generatedMessagesStayAtTheWire() {
    noClasses()
        .that()
        .resideOutsideOfPackages(
            "dev.osiris.wire..", "dev.osiris.host.session..", "dev.osiris.worker.server..")
        .should()
        .dependOnClassesThat()
        .resideInAPackage("dev.osiris.wire.v1..")
        .because("everything else speaks in records, so that the wire can change without it")
        .check(CLASSES);
  }

  @Test
  void duckDbHasOneOwner() {
    noClasses()
        .that()
        .resideOutsideOfPackage("dev.osiris.worker.duckdb..")
        .should()
        .dependOnClassesThat()
        .resideInAPackage("org.duckdb..")
        .because("an instance that nobody accounts for is outside the memory contract")
        .check(CLASSES);
  }

  @Test
  void hostAndWorkerNeverMeet() {
    noClasses()
        .that()
        .resideInAPackage("dev.osiris.host..")
        .should()
        .dependOnClassesThat()
        .resideInAPackage("dev.osiris.worker..")
        .check(CLASSES);
  }

  @Test
  void workerDoesNotKnowTheHost() {
    noClasses()
        .that()
        .resideInAPackage("dev.osiris.worker..")
        .should()
        .dependOnClassesThat()
        .resideInAPackage("dev.osiris.host..")
        .check(CLASSES);
  }

  @Test
  void productDoesNotKnowTestcontainers() {
    noClasses()
        .that()
        .resideOutsideOfPackage("dev.osiris.testcontainers..")
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage("dev.osiris.testcontainers..", "org.testcontainers..")
        .because("what helps tests is on nobody's class path but theirs")
        .check(CLASSES);
  }

  @Test
  void testcontainersKnowTheWorkerByItsImage() {
    noClasses()
        .that()
        .resideInAPackage("dev.osiris.testcontainers..")
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage("dev.osiris.worker..", "dev.osiris.host.cli..")
        .check(CLASSES);
  }

  @Test
  void hostKnowsComponentsAsData() {
    noClasses()
        .that()
        .resideInAPackage("dev.osiris.host..")
        .should()
        .dependOnClassesThat()
        .haveNameMatching(
            "dev\\.osiris\\.driver\\.(Driver|StepContext|StepFiles|RowSource|RowBatch)")
        .because("a host validates pipelines for drivers that it cannot load")
        .check(CLASSES);
  }

  @Test
  void driversDoNotKnowEachOther() {
    slices()
        .matching("dev.osiris.worker.drivers.(*)..")
        .should()
        .notDependOnEachOther()
        .check(CLASSES);
  }

  @Test
  void driversKnowOnlyTheSpi() {
    noClasses()
        .that()
        .resideInAPackage("dev.osiris.worker.drivers..")
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage(
            "dev.osiris.worker.session..",
            "dev.osiris.worker.step..",
            "dev.osiris.worker.server..",
            "dev.osiris.worker.duckdb..",
            "dev.osiris.wire..")
        .because("the worker's own drivers are the first users of the SPI")
        .check(CLASSES);
  }

  @Test
  void noPackageCycles() {
    slices().matching("dev.osiris.(**)").should().beFreeOfCycles().check(CLASSES);
  }

  @Test
  void timeIsAParameter() {
    noClasses()
        .that()
        .resideInAnyPackage(
            "dev.osiris.worker.session..", "dev.osiris.worker.step..", "dev.osiris.host.session..")
        .should()
        .callMethod(System.class, "nanoTime")
        .orShould()
        .callMethod(System.class, "currentTimeMillis")
        .orShould()
        .callMethod(Instant.class, "now")
        .orShould()
        .callMethod(Thread.class, "sleep", long.class)
        .check(CLASSES);
  }

  @Test
  void onlyMainsTouchTheProcess() {
    noClasses()
        .that()
        .haveSimpleNameNotEndingWith("Main")
        // Part of somebody's test, whose main is the test's runner.
        .and()
        .resideOutsideOfPackage("dev.osiris.testcontainers..")
        .should()
        .callMethod(System.class, "exit", int.class)
        .orShould()
        .callMethod(System.class, "getenv")
        .orShould()
        .callMethod(System.class, "getenv", String.class)
        .check(CLASSES);
  }

  @Test
  void locksAreFields() {
    methods()
        .that()
        .areDeclaredInClassesThat()
        .resideInAPackage("dev.osiris..")
        .and()
        .areDeclaredInClassesThat()
        .resideOutsideOfPackage("dev.osiris.wire.v1..")
        .should()
        .notHaveModifier(JavaModifier.SYNCHRONIZED)
        .because("a lock that anybody can take is no lock of ours")
        .check(CLASSES);
  }
}
