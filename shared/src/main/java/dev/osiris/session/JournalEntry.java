package dev.osiris.session;

import java.time.Instant;

/**
 * An event with its place in the session.
 *
 * @param sequence 1 for the first event of a session, without gaps; 0 for events that are not kept
 * @param commandId the command that caused it; empty for none
 */
public record JournalEntry(long sequence, Instant time, String commandId, Event event) {}
