/** What host and worker say to each other, before it becomes a wire message. */
@NullMarked
package dev.osiris.session;

import org.jspecify.annotations.NullMarked;
