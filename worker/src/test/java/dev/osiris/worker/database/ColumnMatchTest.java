package dev.osiris.worker.database;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.osiris.step.Column;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class ColumnMatchTest {

  private record Target(String name, boolean required, boolean generated)
      implements ColumnMatch.Target {}

  private static final List<Target> TABLE =
      List.of(
          new Target("id", true, false),
          new Target("Name", false, false),
          new Target("name", false, false),
          new Target("City", false, false),
          new Target("sum", false, true));

  @Test
  void columns_matchByName_whateverTheirPlace() {
    assertThat(match("City", "id")).containsExactly("City", "id");
  }

  @Test
  void caseCounts_onlyWhereNamesDifferByNothingElse() {
    assertThat(match("ID", "city", "name", "Name")).containsExactly("id", "City", "name", "Name");
    assertThatThrownBy(() -> match("id", "NAME")).hasMessageContaining("no column 'NAME'");
  }

  @Test
  void columnThatTheTableLacks_isRefused_withThoseItHas() {
    assertThatThrownBy(() -> match("id", "town"))
        .hasMessageContaining("public.t has no column 'town'");
  }

  @Test
  void columnThatTheServerMakes_isRefused() {
    assertThatThrownBy(() -> match("id", "sum")).hasMessageContaining("'sum'");
  }

  @Test
  void columnThatTheTableRequires_mustBeThere() {
    assertThatThrownBy(() -> match("City")).hasMessageContaining("'id'");
  }

  @Test
  void twoColumnsOfTheInput_areNotOneOfTheTable() {
    assertThatThrownBy(() -> match("id", "City", "CITY")).hasMessageContaining("are one in");
  }

  private static List<String> match(String... names) {
    List<Column> input = Stream.of(names).map(name -> new Column(name, "INTEGER", true)).toList();
    return ColumnMatch.of(input, TABLE, "public.t").stream()
        .map(match -> match.target().name())
        .toList();
  }
}
