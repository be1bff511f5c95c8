/** Tests of the CSV drivers: real DuckDB, real files. */
package dev.osiris.worker.drivers.csv;
