@NullMarked
package dev.osiris.worker.drivers.mysql.session;

import org.jspecify.annotations.NullMarked;
