package e2e;

import dev.osiris.driver.Driver;
import dev.osiris.driver.StepContext;
import dev.osiris.driver.StepEvents;
import dev.osiris.failure.Failure;
import dev.osiris.failure.FailureCode;
import dev.osiris.failure.StepException;
import dev.osiris.step.ConnectionSpec;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Says each secret of its connection wherever a driver can say something. */
public final class VaultDriver implements Driver {

  @Override
  public String component() {
    return "vault.extractor";
  }

  @Override
  public void run(StepContext context) throws Exception {
    ConnectionSpec connection = context.connection().orElseThrow();
    List<String> words = new ArrayList<>();
    connection.secrets().forEach((name, secret) -> {
      words.add(name + "=" + secret.reveal());
      words.add(URLEncoder.encode(secret.reveal(), StandardCharsets.UTF_8));
    });
    String all = String.join(" ", words);
    context.events().log(StepEvents.Level.INFO, "knows " + all + " of " + connection.fields());
    context.events().log(StepEvents.Level.INFO, "x".repeat(8_180) + all);
    context.events().metric(all, 1, all);
    context.events().event(all, Map.of(all, all));
    System.out.println("prints " + all);
    System.err.println("complains " + all);
    System.getLogger("e2e").log(System.Logger.Level.ERROR, "logs " + all);
    Thread other = new Thread(() -> System.out.println("prints elsewhere " + all));
    other.start();
    other.join();
    switch (context.config().text("how")) {
      case "fail" ->
          throw new StepException(
              Failure.of(FailureCode.CONNECTION_FAILED, "refused " + all)
                  .advise("try " + all)
                  .inFile(all)
                  .inColumn(all),
              new IllegalStateException(all));
      case "throw" -> throw new IllegalStateException(all, new IllegalArgumentException(all));
      default -> {
        try (Statement statement = context.open().createStatement()) {
          statement.execute(
              "CREATE TABLE main AS SELECT '" + connection.fields().get("host") + "' AS host, "
                  + connection.secrets().size() + " AS secrets");
        }
      }
    }
  }
}
