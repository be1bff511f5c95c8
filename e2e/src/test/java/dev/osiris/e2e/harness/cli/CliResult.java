package dev.osiris.e2e.harness.cli;

import com.fasterxml.jackson.databind.JsonNode;
import dev.osiris.e2e.harness.Json;
import java.nio.file.Path;
import java.util.List;

/** What a command line left: exit code and both streams. */
public record CliResult(int exit, String stdout, String stderr) {

  /** The one object that {@code --json} prints; fails when standard output holds anything else. */
  public JsonNode json() {
    if (stdout.isBlank()) {
      throw new AssertionError("nothing on stdout; exit " + exit + ", stderr:\n" + stderr);
    }
    return Json.parse(stdout);
  }

  public String status() {
    return json().path("status").asText();
  }

  public Path sessionDir() {
    return Path.of(json().path("session_dir").asText());
  }

  /** A step of the report. */
  public JsonNode step(String id) {
    for (JsonNode step : json().path("steps")) {
      if (step.path("id").asText().equals(id)) {
        return step;
      }
    }
    throw new AssertionError("no step " + id + " in " + stdout);
  }

  /** The failure of a step. */
  public JsonNode failure(String step) {
    JsonNode failure = step(step).path("failure");
    if (failure.isMissingNode()) {
      throw new AssertionError("step " + step + " has no failure: " + stdout + stderr);
    }
    return failure;
  }

  /** Lines of standard error that say something is wrong. */
  public List<String> errors() {
    return stderr.lines().filter(line -> line.startsWith("error")).toList();
  }

  /** This result, when the run succeeded. */
  public CliResult succeeded() {
    if (exit != 0) {
      throw new AssertionError("exit " + exit + "\nstdout: " + stdout + "\nstderr: " + stderr);
    }
    return this;
  }
}
