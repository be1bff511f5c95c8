package dev.osiris.worker.drivers.mysql.write;

import dev.osiris.worker.database.ColumnMatch;
import dev.osiris.worker.drivers.mysql.encode.TargetType;

/**
 * A column of the target.
 *
 * @param nullable whether it takes NULL, which some servers replace by another value otherwise
 */
record TargetColumn(
    String name, TargetType type, boolean nullable, boolean required, boolean generated)
    implements ColumnMatch.Target {}
