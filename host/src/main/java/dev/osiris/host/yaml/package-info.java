/** YAML 1.2 with the core schema, as a tree that knows its lines, and its canonical text. */
@NullMarked
package dev.osiris.host.yaml;

import org.jspecify.annotations.NullMarked;
