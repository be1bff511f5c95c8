package dev.osiris.component;

/**
 * The connection that the steps of a component use.
 *
 * @param family the only one that fits
 * @param required whether a step without a connection is refused
 */
public record ConnectionUse(String family, boolean required) {}
