/**
 * What commands are made of before they begin: the process around them, flags, files, sandboxes.
 */
@NullMarked
package dev.osiris.host.cli.setup;

import org.jspecify.annotations.NullMarked;
