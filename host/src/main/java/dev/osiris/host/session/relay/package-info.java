/** Lets gRPC talk over streams of bytes that are no sockets. */
@NullMarked
package dev.osiris.host.session.relay;

import org.jspecify.annotations.NullMarked;
