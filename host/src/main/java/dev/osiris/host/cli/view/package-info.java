/** How runs and reports look on a terminal and in a log. */
@NullMarked
package dev.osiris.host.cli.view;

import org.jspecify.annotations.NullMarked;
