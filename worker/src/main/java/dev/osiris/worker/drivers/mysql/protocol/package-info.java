/**
 * What these drivers say to a server in the protocol's own packets, where JDBC would cost too much
 * or permit too much: prepared statements whose rows are read in place, and local files that are
 * streams. The library of the connection is asked through its own seam, {@code ClientMessage}.
 */
@NullMarked
package dev.osiris.worker.drivers.mysql.protocol;

import org.jspecify.annotations.NullMarked;
