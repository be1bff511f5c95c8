package dev.osiris.step;

import org.jspecify.annotations.Nullable;

/**
 * What a writer made durable at its target.
 *
 * @param target for people: a path or a table, without secrets
 * @param bytes size of a file; {@code null} where it has no meaning
 */
public record Written(String target, long rows, @Nullable Long bytes) {}
