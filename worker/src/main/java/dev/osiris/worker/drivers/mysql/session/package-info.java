/** Sessions with a server of MySQL or MariaDB: how to get one, and what its refusals mean. */
@NullMarked
package dev.osiris.worker.drivers.mysql.session;

import org.jspecify.annotations.NullMarked;
