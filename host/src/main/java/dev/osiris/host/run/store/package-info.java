/** Session directories on the host's disk: what the host writes there, and reading them back. */
@NullMarked
package dev.osiris.host.run.store;

import org.jspecify.annotations.NullMarked;
