package dev.osiris.session;

/**
 * A folder that the session's steps may reach.
 *
 * @param path absolute, as the worker sees it
 * @param writable whether files may be written below it
 */
public record Grant(String path, boolean writable) {}
