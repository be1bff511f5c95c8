/** PostgreSQL, by itself or as Supabase has it: read and written in its binary COPY format. */
@NullMarked
package dev.osiris.worker.drivers.postgres;

import org.jspecify.annotations.NullMarked;
