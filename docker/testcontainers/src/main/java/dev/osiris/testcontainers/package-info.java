/** A worker for the integration tests of programs that use one. */
@NullMarked
package dev.osiris.testcontainers;

import org.jspecify.annotations.NullMarked;
