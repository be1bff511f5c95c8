/** Writing tables of MySQL and MariaDB. */
@NullMarked
package dev.osiris.worker.drivers.mysql.write;

import org.jspecify.annotations.NullMarked;
