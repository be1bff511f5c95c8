/**
 * Drivers of MySQL and MariaDB: {@code mysql.extractor}, {@code mysql.discover}, {@code
 * mysql.doctor} and {@code mysql.writer}.
 */
@NullMarked
package dev.osiris.worker.drivers.mysql;

import org.jspecify.annotations.NullMarked;
