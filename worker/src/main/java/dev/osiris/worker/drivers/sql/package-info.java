/** Steps whose work is a query of the pipeline. */
@NullMarked
package dev.osiris.worker.drivers.sql;

import org.jspecify.annotations.NullMarked;
