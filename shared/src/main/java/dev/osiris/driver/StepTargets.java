package dev.osiris.driver;

import dev.osiris.step.PendingCommit;
import dev.osiris.step.Written;
import java.io.IOException;
import java.util.List;

/**
 * What a writer tells of a target that is no file, such as a table of a database, which a
 * transaction of the target's own changes.
 *
 * <p>A step has one such transaction at most, and its commit is the last thing the step does: <br>
 * {@link #unsettled}, and for each the question to the target what became of it; the work; {@link
 * #commitBegins}; COMMIT; {@link #committed}. A worker that dies in between leaves what the next
 * attempt finds under {@link #unsettled}, so that nothing is written twice and no commit is
 * guessed.
 */
public interface StepTargets {

  /**
   * Commits of this step, of this and of earlier attempts and workers, that began and of which
   * nobody has heard that they succeeded; oldest first. If one did, the step has nothing left to do
   * but {@link #committed}.
   */
  List<PendingCommit> unsettled();

  /**
   * Says that COMMIT is sent next. Returns when that is on the worker's disk.
   *
   * @throws RuntimeException when nothing may be committed any more: the step was asked to stop,
   *     the worker's lease has ended, or the journal cannot be written. Roll back then
   */
  void commitBegins(PendingCommit commit);

  /** Says that a target durably holds the step's rows. */
  void committed(Written written);

  /**
   * Keeps a row that the target refuses, with its values, in the step's {@code rejects.jsonl}: the
   * one place for them. Beyond the file's limit it is left out.
   *
   * @return the file's path, for {@link dev.osiris.failure.Failure.Where#rejects}
   */
  String reject(RejectedRow row) throws IOException;

  /** Leaves the statements that make or change the target's tables, as {@code ddl_plan.sql}. */
  void plan(String statements) throws IOException;
}
