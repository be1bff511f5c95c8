/** Writing to PostgreSQL: rows in binary COPY, all of a step in one transaction. */
@NullMarked
package dev.osiris.worker.drivers.postgres.write;

import org.jspecify.annotations.NullMarked;
