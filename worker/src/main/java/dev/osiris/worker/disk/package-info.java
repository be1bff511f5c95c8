/** Folders, and files that appear whole or not at all. */
@NullMarked
package dev.osiris.worker.disk;

import org.jspecify.annotations.NullMarked;
