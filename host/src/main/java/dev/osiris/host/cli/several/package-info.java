/** Several pipelines by one command. */
@NullMarked
package dev.osiris.host.cli.several;

import org.jspecify.annotations.NullMarked;
