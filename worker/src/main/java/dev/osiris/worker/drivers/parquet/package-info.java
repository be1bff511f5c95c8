/**
 * Parquet files in and out, without a silent change of any type: what Parquet cannot say is written
 * in a carrier type and recorded in the file, or refused.
 */
@NullMarked
package dev.osiris.worker.drivers.parquet;

import org.jspecify.annotations.NullMarked;
