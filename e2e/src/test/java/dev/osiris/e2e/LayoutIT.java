package dev.osiris.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import dev.osiris.driver.Driver;
import dev.osiris.e2e.harness.Installation;
import dev.osiris.failure.FailureCode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.ServiceLoader;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** What the pages say about the layout is so. */
class LayoutIT {

  private static final Pattern ON_THE_PATH = Pattern.compile("(?m)^ *(?:->|<-) ([A-Za-z]+) ");
  private static final Pattern LINK = Pattern.compile("\\]\\(([^)#:]+)(?:#[^)]*)?\\)");

  @Test
  void classesOnThePath_exist() throws Exception {
    Set<String> known =
        new ClassFileImporter()
                .withImportOption(new ImportOption.DoNotIncludeTests())
                .importPackages("dev.osiris")
                .stream()
                .map(type -> type.getSimpleName())
                .collect(Collectors.toCollection(TreeSet::new));
    List<String> named =
        ON_THE_PATH
            .matcher(Files.readString(Installation.repository().resolve("README.md")))
            .results()
            .map(match -> match.group(1))
            .toList();
    assertThat(named).hasSizeGreaterThan(8);
    assertThat(known).containsAll(named);
  }

  @Test
  void linksOfThePages_leadSomewhere() throws Exception {
    List<Path> pages;
    try (Stream<Path> all =
        Stream.of("", "docs", "docker", "examples")
            .flatMap(folder -> list(Installation.repository().resolve(folder)))) {
      pages = all.filter(path -> path.toString().endsWith(".md")).toList();
    }
    assertThat(pages).hasSizeGreaterThan(5);
    for (Path page : pages) {
      LINK.matcher(Files.readString(page))
          .results()
          .map(MatchResult::group)
          .forEach(link -> {
            String target = link.substring(2, link.length() - 1).replaceAll("#.*", "");
            assertThat(page.resolveSibling(target)).as("%s links to %s", page, target).exists();
          });
    }
  }

  @Test
  void everyFailureCode_isOnTheErrorsPage() throws Exception {
    String page = Files.readString(Installation.repository().resolve("docs/errors.md"));
    for (FailureCode code : FailureCode.values()) {
      String name = code.name().toLowerCase(Locale.ROOT);
      String owner = code.owner().name().toLowerCase(Locale.ROOT);
      assertThat(page).contains("| `" + name + "` | " + code.number() + " | " + owner + " |");
    }
  }

  @Test
  void everyComponent_hasADriver_andTheReverse() throws Exception {
    Set<String> drivers =
        ServiceLoader.load(Driver.class).stream()
            .map(provider -> provider.get().component())
            .collect(Collectors.toCollection(TreeSet::new));
    Path folder = Installation.repository().resolve("shared/src/main/resources/components");
    Set<String> described =
        list(folder)
            .map(path -> path.getFileName().toString())
            .filter(name -> name.endsWith(".yaml"))
            .map(name -> name.substring(0, name.length() - ".yaml".length()))
            .collect(Collectors.toCollection(TreeSet::new));

    assertThat(drivers).isEqualTo(described).hasSizeGreaterThanOrEqualTo(5);
    assertThat(Files.readAllLines(folder.resolve("index")))
        .containsExactlyInAnyOrderElementsOf(drivers);
  }

  private static Stream<Path> list(Path folder) {
    try {
      return Files.list(folder);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
