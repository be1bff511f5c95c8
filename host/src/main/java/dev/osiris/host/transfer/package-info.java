/**
 * What happens where host and worker share no disk: inputs go up before a step, results come back
 * after it, published files and the journal are mirrored, and a session is brought to another
 * worker.
 */
@NullMarked
package dev.osiris.host.transfer;

import org.jspecify.annotations.NullMarked;
