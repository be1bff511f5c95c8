/** The wire on the worker's side: the only package that sees generated messages. */
@NullMarked
package dev.osiris.worker.server;

import org.jspecify.annotations.NullMarked;
