/**
 * Reading a table in the order of a cursor: only what is new since the last run, chunk by chunk, on
 * from the last chunk when the connection is lost.
 */
@NullMarked
package dev.osiris.worker.database.cursor;

import org.jspecify.annotations.NullMarked;
