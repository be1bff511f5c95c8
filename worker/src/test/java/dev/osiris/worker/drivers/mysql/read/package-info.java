@NullMarked
package dev.osiris.worker.drivers.mysql.read;

import org.jspecify.annotations.NullMarked;
