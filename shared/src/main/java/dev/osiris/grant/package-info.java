/** Which files of the outside a session may reach, judged the same on both sides of the wire. */
@NullMarked
package dev.osiris.grant;

import org.jspecify.annotations.NullMarked;
