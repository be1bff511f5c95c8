/** One session: its state, its directory, its journal and its ledger. */
@NullMarked
package dev.osiris.worker.session;

import org.jspecify.annotations.NullMarked;
