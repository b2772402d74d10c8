"""Reads public data and makes of it the tables that learners are fitted on. Fits nothing; see files.py for the format.

Each task is a pandas frame: columns named in `numbers` are amounts, those in `levels` are words, and there is a target. The
preparation is the one under which the peers' published figures were taken, so that they can be had again from the files.
A word that is missing is a level of its own, "", as it was for them.
"""

import os
from dataclasses import dataclass, field
from pathlib import Path

import numpy
import pandas

DATA = Path(os.environ.get("SKONTO_DATA") or Path(__file__).parent / "../../../shared/data")


@dataclass
class Task:
    """A table, what its columns are, and which rows are held out."""

    name: str
    frame: pandas.DataFrame
    target: str
    test: numpy.ndarray
    numbers: list
    levels: list
    # How many levels to keep, commonest first, where not all are kept.
    keep: dict = field(default_factory=dict)
    binary: bool = True


def read(name, **options):
    return pandas.read_csv(DATA / name, **options)


def every_fifth(rows):
    return numpy.asarray(rows) % 5 == 4


def truth(column):
    return column.astype(str).str.upper().eq("TRUE").astype(int)


def shoppers(logarithms):
    frame = read("shoppers/online_shoppers_intention.csv.gz")
    frame["bought"] = truth(frame.Revenue)
    numbers = list(frame.columns[:10])
    levels = ["Month", "OperatingSystems", "Browser", "Region", "TrafficType", "VisitorType", "Weekend"]
    if logarithms:
        frame[numbers] = numpy.log1p(frame[numbers].astype(float))
    name = "shoppers_log1p" if logarithms else "shoppers"
    return Task(name, frame, "bought", every_fifth(frame.index), numbers, levels)


def marketing_campaign():
    frame = read("marketing_campaign/marketing_campaign.csv", sep=";", encoding="utf-8-sig")
    joined = pandas.to_datetime(frame.Dt_Customer)
    frame["tenure_days"] = (pandas.Timestamp("2014-12-31") - joined).dt.days
    levels = ["Education", "Marital_Status"]
    others = {"ID", "Dt_Customer", "Z_CostContact", "Z_Revenue", "Response", *levels}
    numbers = [column for column in frame if column not in others]
    return Task("marketing_campaign", frame, "Response", every_fifth(frame.index), numbers, levels)


def in_vehicle():
    frame = read("coupons/in-vehicle-coupon-recommendation.csv.gz")
    levels = [column for column in frame if column not in ("Y", "toCoupon_GEQ5min")]
    return Task("in_vehicle", frame, "Y", every_fifth(frame.index), [], levels)


def with_rates(task, name, columns, origin):
    """Adds, for each of `columns`, the mean target of its value, drawn to the mean of all by 20 rows; a train row's own
    fold of five ((origin // 5) % 5) does not count for it."""
    frame, train, numbers = task.frame.copy(), ~task.test, list(task.numbers)
    prior = frame[task.target][train].mean()
    folds = numpy.where(train, (origin // 5) % 5, -1)
    for column in columns:
        rate = numpy.empty(len(frame))
        for fold in range(-1, 5):
            counted = frame[train & (folds != fold)].groupby(column)[task.target].agg(["sum", "size"])
            smooth = (counted["sum"] + 20 * prior) / (counted["size"] + 20)
            rate[folds == fold] = frame[column][folds == fold].map(smooth).fillna(prior)
        frame[f"rate_{column}"] = rate
        numbers.append(f"rate_{column}")
    return Task(name, frame, task.target, task.test, numbers, task.levels, task.keep)


def slots_of_orders(orders):
    """One row for each of the three coupons of an order; `order` is the row of the order."""
    ordered, received = pandas.to_datetime(orders.orderTime), pandas.to_datetime(orders.couponsReceived)
    slots = []
    for slot in (1, 2, 3):
        price, base = orders[f"price{slot}"], orders[f"basePrice{slot}"]
        categories = orders[f"categoryIDs{slot}"].astype(str)
        slots.append(pandas.DataFrame({
            "order": numpy.arange(len(orders)), "slot": str(slot), "user": orders.userID,
            "coupon": orders[f"couponID{slot}"], "used": orders[f"coupon{slot}Used"],
            "price": price, "base": base, "reward": orders[f"reward{slot}"], "premium": orders[f"premiumProduct{slot}"],
            "ratio": base / price.clip(lower=0.01), "log_price": numpy.log1p(price), "log_base": numpy.log1p(base),
            "categories": categories.str.count(",") + 1, "hour": ordered.dt.hour,
            "log_wait": numpy.log1p((ordered - received).dt.total_seconds().clip(lower=0)),
            "brand": orders[f"brand{slot}"], "group": orders[f"productGroup{slot}"],
            "first_category": categories.str.split(",").str[0], "weekday": ordered.dt.dayofweek.astype(str),
        }))
    return pandas.concat(slots).sort_values(["order", "slot"], kind="stable").reset_index(drop=True)


def coupons_of_orders(name, orders, test):
    frame = slots_of_orders(orders)
    numbers = ["price", "base", "reward", "premium", "ratio", "log_price", "log_base", "categories", "hour", "log_wait"]
    levels = ["slot", "brand", "group", "first_category", "weekday"]
    return Task(name, frame, "used", test(frame.order.to_numpy()), numbers, levels, {"group": 80})


def dmc2015():
    """Split by order, without and with the rates of users and coupons; then as the contest did it, by time."""
    orders = read("dmc2015_coupons/train.txt.gz", sep="|")
    plain = coupons_of_orders("dmc2015", orders, every_fifth)
    yield plain
    yield with_rates(plain, "dmc2015_rates", ["user", "coupon"], plain.frame.order.to_numpy())
    later = read("dmc2015_coupons/class.txt.gz", sep="|")
    answers = read("dmc2015_coupons/realclass.txt", sep="|")
    assert (later.orderID.to_numpy() == answers.orderID.to_numpy()).all(), "answers are of other orders"
    for slot in (1, 2, 3):
        later[f"coupon{slot}Used"] = answers[f"coupon{slot}Used"].to_numpy()
    both = pandas.concat([orders, later], ignore_index=True)
    official = coupons_of_orders("dmc2015_official", both, lambda order: order >= len(orders))
    yield with_rates(official, "dmc2015_official", ["user", "coupon"], official.frame.order.to_numpy())


def day_month_year(column):
    """Dates of which the year may have two digits or four."""
    def one(text):
        day, month, year = map(int, text.split("/"))
        return pandas.Timestamp(year % 100 + 2000, month, day)

    return column.map(one)


def amexpert_coupons():
    """What is known of each coupon from the items it is good for."""
    items = read("amexpert2019/item_data.csv.gz")
    covered = read("amexpert2019/coupon_item_mapping.csv.gz").merge(items, on="item_id", how="left")
    covered["established"] = covered.brand_type == "Established"
    by_coupon = covered.groupby("coupon_id").agg(
        items=("item_id", "nunique"), brands=("brand", "nunique"), categories=("category", "nunique"),
        established=("established", "mean"))
    by_coupon["log_items"] = numpy.log1p(by_coupon["items"])
    counted = covered.groupby(["coupon_id", "category"]).size().reset_index(name="count")
    counted = counted.sort_values(["coupon_id", "count", "category"], ascending=[True, False, True])
    commonest = counted.drop_duplicates("coupon_id").set_index("coupon_id").category
    return by_coupon.join(commonest).reset_index()


def amexpert():
    """Who redeems which coupon, without and with the rates of customers and coupons."""
    campaigns = read("amexpert2019/campaign_data.csv")
    first, last = day_month_year(campaigns.start_date), day_month_year(campaigns.end_date)
    campaigns["days"], campaigns["month"] = (last - first).dt.days, first.dt.month
    people = read("amexpert2019/customer_demographics.csv")
    frame = read("amexpert2019/train.csv.gz")
    frame = frame.merge(campaigns.drop(columns=["start_date", "end_date"]), on="campaign_id", how="left")
    frame = frame.merge(people, on="customer_id", how="left").merge(amexpert_coupons(), on="coupon_id", how="left")
    frame["has_demographics"] = frame.age_range.notna().astype(int)
    for column in ("family_size", "no_of_children"):
        digits = frame[column].astype(str).str.replace("+", "", regex=False)
        frame[column] = pandas.to_numeric(digits, errors="coerce").fillna(0)
    numbers = ["days", "items", "log_items", "brands", "categories", "established", "has_demographics", "family_size",
               "no_of_children"]
    levels = ["campaign_type", "month", "campaign_id", "age_range", "marital_status", "rented", "income_bracket", "category"]
    plain = Task("amexpert", frame, "redemption_status", every_fifth(frame.index), numbers, levels)
    yield plain
    yield with_rates(plain, "amexpert_rates", ["customer_id", "coupon_id"], frame.index.to_numpy())


def words(column):
    return column.fillna("").astype(str).str.lower().str.findall("[a-z]+")


def priced(frame, discounted, listed):
    """Rows with both prices and a list price above 0, with the logarithms of both; the index stays that of the file."""
    paid, asked = (pandas.to_numeric(frame[column], errors="coerce") for column in (discounted, listed))
    frame = frame.assign(log_paid=numpy.log1p(paid), log_list=numpy.log1p(asked))
    return frame[paid.notna() & asked.notna() & (asked > 0)].copy()


def flipkart():
    frame = priced(read("flipkart/flipkart_prices.csv.gz"), "discounted_price", "retail_price")
    rating = pandas.to_numeric(frame.product_rating, errors="coerce")
    frame["rating"], frame["has_rating"] = rating.fillna(0), rating.notna().astype(int)
    frame["advantage"] = truth(frame.is_FK_Advantage_product)
    frame["kind"] = frame.pid.astype(str).str[:3]
    found = words(frame.product_name)
    frame["first_word"], frame["last_word"] = found.str[0].fillna(""), found.str[-1].fillna("")
    keep = {"brand": 200, "kind": 150, "first_word": 100, "last_word": 100}
    return Task("flipkart", frame, "log_paid", every_fifth(frame.index), ["log_list", "rating", "has_rating", "advantage"],
                list(keep), keep, binary=False)


def dmart():
    frame = priced(read("dmart/DMart.csv.gz"), "DiscountedPrice", "Price")
    quantity = pandas.to_numeric(frame.Quantity, errors="coerce")
    frame["log_quantity"] = numpy.log1p(quantity.fillna(0).clip(lower=0))
    frame["has_quantity"] = quantity.notna().astype(int)
    frame["last_word"] = words(frame.Name).str[-1].fillna("")
    levels = ["Brand", "Category", "SubCategory", "last_word"]
    return Task("dmart", frame, "log_paid", every_fifth(frame.index), ["log_list", "log_quantity", "has_quantity"], levels,
                {"Brand": 150, "last_word": 100}, binary=False)


def all_tasks():
    """Every task, those that are quick to make first."""
    yield from (shoppers(False), shoppers(True), in_vehicle(), marketing_campaign(), flipkart(), dmart())
    yield from amexpert()
    yield from dmc2015()
