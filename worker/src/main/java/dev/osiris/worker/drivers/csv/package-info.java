/** CSV files in and out. What a value becomes on the way is in {@code docs/types-csv.md}. */
@NullMarked
package dev.osiris.worker.drivers.csv;

import org.jspecify.annotations.NullMarked;
