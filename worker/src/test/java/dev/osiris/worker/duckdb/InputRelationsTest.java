package dev.osiris.worker.duckdb;

import static org.assertj.core.api.Assertions.assertThat;

import dev.osiris.driver.StepInput;
import dev.osiris.failure.FailureCode;
import dev.osiris.step.OutputTable;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class InputRelationsTest {

  private static InputRelations.Source source(String name, String... tables) {
    return new InputRelations.Source(
        name,
        Path.of("/data/" + name + ".duckdb"),
        Arrays.stream(tables).map(table -> new OutputTable(table, 1, List.of())).toList());
  }

  @Test
  void names_areThoseOfTheContract_forOnlyInputOfOneTable() {
    InputRelations relations = InputRelations.of(List.of(source("my-step", "main")));
    assertThat(relations.tables())
        .extracting(StepInput.Table::relation)
        .containsExactly("\"my-step\"");
    assertThat(relations.visible())
        .isEqualTo(
            new Relations(
                Set.of("my-step", "df_my_step", "input_df"), Map.of("input_db", Set.of("main"))));
    assertThat(relations.warnings()).isEmpty();
  }

  @Test
  void names_areQualified_forInputOfSeveralTables() {
    InputRelations relations =
        InputRelations.of(List.of(source("b", "actors", "movies"), source("a", "main")));
    assertThat(relations.tables())
        .extracting(StepInput.Table::relation)
        .containsExactly("\"b\".\"actors\"", "\"b\".\"movies\"", "\"a\"");
    assertThat(relations.visible())
        .isEqualTo(
            new Relations(
                Set.of("a", "df_a"),
                Map.of("b", Set.of("actors", "movies"), "df_b", Set.of("actors", "movies"))));
  }

  @Test
  void names_includeTable_whenOnlyTableHasName() {
    InputRelations relations =
        InputRelations.of(List.of(source("b", "actors"), source("a", "main")));
    assertThat(relations.visible())
        .isEqualTo(new Relations(Set.of("a", "df_a", "b", "df_b"), Map.of("b", Set.of("actors"))));
  }

  @Test
  void alias_isLostWithWarning_whenItCollides() {
    InputRelations relations =
        InputRelations.of(
            List.of(
                source("a-b", "main"),
                source("a.b", "main"),
                source("df_c", "main"),
                source("c", "main")));
    assertThat(relations.visible().plain())
        .containsExactlyInAnyOrder("a-b", "a.b", "df_c", "c", "df_df_c");
    assertThat(relations.warnings())
        .hasSize(2)
        .anyMatch(warning -> warning.contains("\"df_a_b\""))
        .anyMatch(warning -> warning.contains("\"df_c\""));
  }

  @Test
  void alias_isLost_whenInputIsNamedLikeIt() {
    InputRelations relations = InputRelations.of(List.of(source("input_df", "main")));
    assertThat(relations.visible().plain()).containsExactlyInAnyOrder("input_df", "df_input_df");
    InputRelations several = InputRelations.of(List.of(source("input_db", "main", "other")));
    assertThat(several.visible().qualified())
        .containsEntry("input_db", Set.of("main", "other"))
        .containsEntry("df_input_db", Set.of("main", "other"));
  }

  @Test
  void of_refuses_whatSqlCannotTellApart() {
    Sandbox.failure(
        FailureCode.CONFIG_INVALID,
        () -> InputRelations.of(List.of(source("Orders", "main"), source("orders", "main"))));
    Sandbox.failure(
        FailureCode.INPUT_UNSUITABLE, () -> InputRelations.of(List.of(source("orders"))));
    Sandbox.failure(
        FailureCode.CONFIG_INVALID, () -> InputRelations.of(List.of(source("", "main"))));
  }

  @ParameterizedTest
  @ValueSource(strings = {"main", "temp", "System", "memory", "information_schema", "pg_catalog"})
  void of_refusesDuckDbsOwnNames_forInputsOfSeveralTables(String name) {
    var failure =
        Sandbox.failure(
                FailureCode.CONFIG_INVALID,
                () -> InputRelations.of(List.of(source(name, "a", "b"))))
            .failure();
    assertThat(failure.advice()).contains("inputs:");
  }

  @Test
  void of_attachesFileOnce_whenTwoInputsReadIt() {
    Path file = Path.of("/data/b.duckdb");
    InputRelations relations =
        InputRelations.of(
            List.of(
                new InputRelations.Source(
                    "x", file, List.of(new OutputTable("actors", 1, List.of()))),
                new InputRelations.Source(
                    "y", file, List.of(new OutputTable("movies", 1, List.of())))));
    assertThat(relations.catalogs()).hasSize(1);
  }
}
