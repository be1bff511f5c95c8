package dev.osiris.host.plan;

import dev.osiris.session.Grant;
import java.util.List;

/**
 * A plan and what a run of it needs beside.
 *
 * @param grants folders that the session's steps may reach, as absolute real paths of this machine
 * @param notes for people: what could not be checked here
 */
public record Planned(Plan plan, List<Grant> grants, List<String> notes) {

  public Planned {
    grants = List.copyOf(grants);
    notes = List.copyOf(notes);
  }
}
