package example;

import dev.osiris.driver.Driver;
import dev.osiris.driver.StepContext;
import dev.osiris.driver.StepFiles;
import java.nio.file.Files;
import java.sql.ResultSet;
import java.sql.Statement;

/** Writes the names to a text file, one a line; it appears whole or not at all. */
public final class NamesWriter implements Driver {

  @Override
  public String component() {
    return "example.names_writer";
  }

  @Override
  public void run(StepContext context) throws Exception {
    var people = context.onlyInput();
    try (StepFiles.Target target = context.files().write(context.config().text("path"))) {
      try (var out = Files.newBufferedWriter(target.path());
          Statement query = context.open().createStatement();
          ResultSet names = query.executeQuery("SELECT name FROM " + people.relation())) {
        while (names.next()) out.append(names.getString("name")).append('\n');
      }
      target.commit(people.rows());
    }
  }
}
