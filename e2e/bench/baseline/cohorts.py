"""The table of examples/cohorts as a pandas program makes it: read it all, join, group. Arguments: orders.csv, the file to write."""

import sys

import pandas as pd

orders = pd.read_csv(sys.argv[1], parse_dates=["day"])
first = orders.groupby("customer")["day"].min().dt.to_period("M").rename("cohort")
orders = orders.merge(first, left_on="customer", right_index=True)
orders["month"] = (orders["day"].dt.year - orders["cohort"].dt.year) * 12 + orders["day"].dt.month - orders["cohort"].dt.month
orders["turnover"] = orders["quantity"] * orders["price"]
table = orders.groupby(["cohort", "month", "channel"]).agg(
    orders=("order_id", "size"), vouchers=("voucher", "count"), turnover=("turnover", "sum")
)
table.sort_index().to_csv(sys.argv[2])
