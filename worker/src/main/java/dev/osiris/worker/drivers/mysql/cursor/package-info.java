/** Reading in the order of a cursor: what MySQL and MariaDB need for it. */
@NullMarked
package dev.osiris.worker.drivers.mysql.cursor;

import org.jspecify.annotations.NullMarked;
