package dev.osiris.worker.drivers.postgres.write;

import dev.osiris.worker.database.ColumnMatch;
import dev.osiris.worker.drivers.postgres.encode.TargetType;

/**
 * A column of the target.
 *
 * @param alwaysIdentity whether the server insists on numbering it, unless told otherwise
 */
record TargetColumn(
    String name, TargetType type, boolean required, boolean generated, boolean alwaysIdentity)
    implements ColumnMatch.Target {}
