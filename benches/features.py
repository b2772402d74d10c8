"""The session table of REES46 by DuckDB and by polars, beside benches/features.rs; also writes the files all of them read.

    features.py files            write what is missing of the replicated logs
    features.py duckdb|polars parquet|csv <out.parquet>      one run; prints seconds, without start and import
    features.py equal <one.parquet> <other.parquet>          fails unless rows are equal, floats within 1e-9 relative
"""

import os
import sys
import time
from pathlib import Path

DATA = Path(os.environ.get("SKONTO_DATA", Path(__file__).parent.parent / "../shared/data"))
HEAD = DATA / "rees46_events/2019-Oct-head.csv.gz"
CACHE = Path(os.environ.get("SKONTO_CACHE", Path(os.environ.get("XDG_CACHE_HOME", Path.home() / ".cache")) / "skonto"))
BENCH = CACHE / "bench"
THREADS = 2

QUERY = """
SELECT user_session AS shopper,
  count(*) FILTER (event_type = 'view') AS views,
  count(*) FILTER (event_type = 'cart') AS carts,
  count(*) FILTER (event_type = 'purchase') AS purchases,
  count(DISTINCT product_id) AS products,
  min(price) FILTER (event_type = 'view') AS lowest,
  avg(price) FILTER (event_type = 'view') AS mean,
  max(price) FILTER (event_type = 'view') AS highest,
  coalesce(sum(price) FILTER (event_type = 'cart'), 0) AS cart_value,
  date_diff('second', min(event_time), max(event_time)) AS dwell,
  CAST(count(*) FILTER (event_type = 'purchase') > 0 AS INTEGER) AS label
FROM {table} GROUP BY user_session
"""


def connect():
    import duckdb

    connection = duckdb.connect()
    connection.execute(f"SET threads = {THREADS}")
    return connection


def write_files():
    """Copies with users and sessions of their own, one after the other."""
    for copies in (115, 1150):
        folder = BENCH / f"rees46_x{copies}"
        if (folder / "done").exists():
            continue
        folder.mkdir(parents=True, exist_ok=True)
        connection = connect()
        connection.execute("SET preserve_insertion_order = true")
        connection.execute(f"CREATE TABLE head AS SELECT * FROM read_csv('{HEAD}')")
        files = 4
        for file in range(files):
            first, last = copies * file // files, copies * (file + 1) // files
            select = f"""SELECT CAST(event_time AS TIMESTAMP) AS event_time, event_type, product_id, category_id,
                category_code, brand, price, user_id + copy * 1000000000 AS user_id,
                user_session || '-' || copy AS user_session
                FROM head, range({first}, {last}) AS copies(copy) ORDER BY copy, head.rowid"""
            connection.execute(f"COPY ({select}) TO '{folder}/part-{file}.parquet' (COMPRESSION zstd)")
        if copies == 115:
            rows = f"SELECT * FROM read_parquet('{folder}/part-*.parquet')"
            connection.execute(f"COPY ({rows}) TO '{folder}/log.csv' (HEADER)")
        (folder / "done").touch()


def duckdb(table, out):
    connection = connect()
    start = time.perf_counter()
    connection.execute(f"COPY ({QUERY.format(table=table)}) TO '{out}' (COMPRESSION zstd)")
    return time.perf_counter() - start


def polars(frame, out):
    import polars as pl

    kind, price = pl.col("event_type"), pl.col("price")
    viewed = price.filter(kind == "view")
    start = time.perf_counter()
    table = frame().group_by(pl.col("user_session").alias("shopper")).agg(
        (kind == "view").sum().alias("views"),
        (kind == "cart").sum().alias("carts"),
        (kind == "purchase").sum().alias("purchases"),
        pl.col("product_id").n_unique().alias("products"),
        viewed.min().alias("lowest"),
        viewed.mean().alias("mean"),
        viewed.max().alias("highest"),
        price.filter(kind == "cart").sum().alias("cart_value"),
        (pl.col("event_time").max() - pl.col("event_time").min()).dt.total_seconds().alias("dwell"),
        (kind == "purchase").any().cast(pl.Int32).alias("label"),
    )
    table.collect().write_parquet(out)
    return time.perf_counter() - start


def run(engine, kind, out, copies="115"):
    folder = BENCH / f"rees46_x{copies}"
    if engine == "duckdb":
        table = f"read_parquet('{folder}/part-*.parquet')" if kind == "parquet" else f"read_csv('{folder}/log.csv')"
        return duckdb(table, out)
    os.environ["POLARS_MAX_THREADS"] = str(THREADS)
    import polars as pl

    if kind == "parquet":
        return polars(lambda: pl.scan_parquet(f"{folder}/part-*.parquet"), out)
    return polars(lambda: pl.scan_csv(f"{folder}/log.csv", try_parse_dates=True), out)


# Ours are minutes and minor units.
UNITS = {"dwell": "b.dwell * 60", "lowest": "b.lowest / 100", "mean": "b.mean / 100", "highest": "b.highest / 100",
         "cart_value": "b.cart_value / 100"}


def equal(one, other):
    """Joined on the shopper, every column of `one`."""
    connection = connect()
    ours = "skonto" in other
    columns = [row[0] for row in connection.execute(f"DESCRIBE SELECT * FROM '{one}'").fetchall() if row[0] != "shopper"]
    same = " AND ".join(
        f"(a.{name} IS NOT DISTINCT FROM {b} OR abs(a.{name} - {b}) <= 1e-9 * abs({b}))"
        for name, b in ((name, UNITS.get(name, f"b.{name}") if ours else f"b.{name}") for name in columns)
    )
    query = f"SELECT count(*), count(a.shopper), count(b.shopper), count(*) FILTER ({same}) FROM '{one}' a"
    counts = connection.execute(f"{query} FULL JOIN '{other}' b USING (shopper)").fetchone()
    print(f"{counts[3]} of {counts[0]} rows equal in {len(columns)} columns")
    return counts[0] > 0 and len(set(counts)) == 1


if __name__ == "__main__":
    match sys.argv[1:]:
        case ["files"]:
            write_files()
        case ["equal", one, other]:
            sys.exit(0 if equal(one, other) else 1)
        case [engine, kind, out, *copies]:
            print(run(engine, kind, out, *copies))
        case _:
            sys.exit(__doc__)
