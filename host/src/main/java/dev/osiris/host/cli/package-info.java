/** The command line: the only package that prints. */
@NullMarked
package dev.osiris.host.cli;

import org.jspecify.annotations.NullMarked;
