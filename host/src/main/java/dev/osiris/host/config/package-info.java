/** What surrounds a pipeline: the project folder, its settings and its connections. */
@NullMarked
package dev.osiris.host.config;

import org.jspecify.annotations.NullMarked;
