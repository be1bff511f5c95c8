package dev.osiris.worker.drivers.mysql.write;

import dev.osiris.step.Column;
import dev.osiris.worker.drivers.mysql.encode.Encoding;

/** A column of the input on its way to a column of the target. */
record SentColumn(Column input, TargetColumn target, Encoding encoding) {}
