/** The driver SPI: all that the author of a step needs to see. */
@NullMarked
package dev.osiris.driver;

import org.jspecify.annotations.NullMarked;
