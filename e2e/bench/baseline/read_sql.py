"""Reads the table mixed with pandas.read_sql_query and prints the seconds that it took: read_sql.py postgres|mariadb PORT PASSWORD"""

import sys
import time

import pandas

kind, port, password = sys.argv[1], int(sys.argv[2]), sys.argv[3]
if kind == "postgres":
    import psycopg2

    connection = psycopg2.connect(host="127.0.0.1", port=port, user="postgres", password=password, dbname="bench")
else:
    import pymysql

    connection = pymysql.connect(host="127.0.0.1", port=port, user="root", password=password, database="bench", charset="utf8mb4")
begun = time.perf_counter()
frame = pandas.read_sql_query("SELECT * FROM mixed", connection)
print(time.perf_counter() - begun, len(frame))
