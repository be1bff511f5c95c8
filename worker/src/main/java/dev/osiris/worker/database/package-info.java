/** What the drivers of databases share: statements of a configuration, failures of a server. */
@NullMarked
package dev.osiris.worker.database;

import org.jspecify.annotations.NullMarked;
