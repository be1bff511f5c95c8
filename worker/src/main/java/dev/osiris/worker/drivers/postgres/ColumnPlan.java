package dev.osiris.worker.drivers.postgres;

import dev.osiris.step.Column;

/**
 * How one column of a result comes over.
 *
 * @param asText whether the server is asked for its text, because its own form is not read
 */
record ColumnPlan(Column column, Decoder decoder, boolean asText) {}
