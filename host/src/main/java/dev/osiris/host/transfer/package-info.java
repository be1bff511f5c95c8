/**
 * What happens where a worker cannot reach the files of the host itself: inputs go up before a step
 * and results come back after it. Where they share no disk at all, published files and the journal
 * are mirrored, and a session is brought to another worker.
 */
@NullMarked
package dev.osiris.host.transfer;

import org.jspecify.annotations.NullMarked;
