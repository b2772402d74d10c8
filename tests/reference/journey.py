"""Prints the tables of src/train/simulate/journey.rs from the Complete Journey orders.

    python tests/reference/journey.py <folder of the orders>      (needs numpy, pandas, pyarrow; a minute)

A trip is a basket. Of the groups (product types) that most trips buy, each has:
  share     of trips that buy any of it
  slope     what its full price off would add to the log-odds of buying it on a trip: a binomial regression of trips that buy
            it, by week and tenth of households by trip frequency, on the group's depth of discount in the week, the logarithm
            of the households' trips per week, and a level for every calendar month. The group's depth is that of its products
            in a fixed basket (shares of the year's units), for products sold in 45 weeks or more; a product's depth in a week is
            the median of (retail_disc + coupon_match_disc) over the regular price. Standard errors are scaled by Pearson's chi².
Groups are left out that fewer than 30 trips of some month buy, whose depth differs by less than 0.05 between weeks, or whose
slope is less than two standard errors above zero: their weeks of discount cannot be told from their seasons. Over all groups kept:
  frequency     mean and deviation over households of ln(trips per week), and what one deviation adds to the log-odds
  loyalty       deviation between households of the log-odds of buying a group, as far as it is the same in both halves of the
                year: ln(1 + cov(rate in one half, rate in the other) / mean²)
  sensitivity   by what share a slope rises with one deviation of a household's share of units bought on discount in the first
                half, measured in the second half
Discounts were not drawn by chance: these are associations within weeks, not effects. Coupons are left out, since the orders do
not say who held one; how many lines had one is printed.
"""

import sys
from pathlib import Path

import numpy as np
import pandas as pd

GROUPS, WEEKS, LEAST_WEEKS = 40, 53, 45
NO_GROCERIES = ("GASOLINE", "COUPON", "MISC", "FUEL", "LOTTERY")


def regression(x, bought, trips):
    """Binomial regression by iterated least squares: weights and their standard errors, scaled by Pearson's chi²."""
    mean = bought.sum() / trips.sum()
    weights = np.linalg.lstsq(x, np.full(len(x), np.log(mean / (1 - mean))), rcond=None)[0]
    for _ in range(50):
        chance = 1 / (1 + np.exp(-(x @ weights)))
        curve = trips * chance * (1 - chance)
        step = np.linalg.solve((x.T * curve) @ x, x.T @ (bought - trips * chance))
        weights = weights + step
        if np.abs(step).max() < 1e-10:
            break
    scale = ((bought - trips * chance) ** 2 / curve).sum() / (len(bought) - x.shape[1])
    return weights, np.sqrt(np.diag(np.linalg.inv((x.T * curve) @ x)) * scale)


def depths(lines, group):
    """By week, the depth of the group's fixed basket."""
    own = lines[lines.product_type == group]
    weeks = own.groupby("product_id").week.nunique()
    kept = own[own.product_id.isin(weeks[weeks >= LEAST_WEEKS].index)]
    if kept.empty:
        return None
    by_week = kept.groupby(["product_id", "week"]).depth.median().unstack()
    share = kept.groupby("product_id").quantity.sum().reindex(by_week.index).to_numpy(float)[:, None]
    # A week in which a product was not sold says nothing of its price: the others stand for it.
    there = by_week.notna().to_numpy()
    return pd.Series((np.nan_to_num(by_week.to_numpy()) * share).sum(0) / (there * share).sum(0), by_week.columns)


def main():
    folder = Path(sys.argv[1])
    lines = pd.read_parquet(folder / "transactions.parquet")
    lines = lines.merge(pd.read_parquet(folder / "products.parquet")[["product_id", "product_type"]], on="product_id")
    lines = lines[(lines.quantity > 0) & (lines.sales_value > 0) & lines.product_type.notna()]
    off = lines.retail_disc.abs() + lines.coupon_match_disc.abs()
    lines = lines.assign(depth=off / (lines.sales_value + off), coupon=lines.coupon_disc.abs() > 0)
    trips = lines.groupby("basket_id").agg(household=("household_id", "first"), week=("week", "first"),
                                           moment=("transaction_timestamp", "first"))
    trips = trips.assign(month=pd.to_datetime(trips.moment).dt.month)
    month = trips.groupby("week").month.agg(lambda months: months.mode().iloc[0])
    log_trips = np.log(trips.groupby("household").size() / WEEKS)
    mean, deviation = log_trips.mean(), log_trips.std()
    frequency = (log_trips - mean) / deviation
    tenth = pd.qcut(frequency, 10, labels=False)
    trips = trips.assign(tenth=trips.household.map(tenth), frequency=trips.household.map(frequency))
    cells = trips.groupby(["week", "tenth"]).agg(trips=("household", "size"), frequency=("frequency", "mean")).reset_index()
    bought = lines.drop_duplicates(["basket_id", "product_type"])
    often = bought.product_type.value_counts()
    often = [group for group in often.index if not any(word in group for word in NO_GROCERIES)][:GROUPS]

    first = trips.week <= WEEKS // 2
    halves = [trips[half].groupby("household").size() for half in (first, ~first)]
    steady = halves[0].index[halves[0] >= 10].intersection(halves[1].index[halves[1] >= 10])
    early = lines[lines.week <= WEEKS // 2]
    deals = early.assign(deal=(early.depth > 0.01) * early.quantity).groupby("household_id")[["deal", "quantity"]].sum()
    deals = (deals.deal / deals.quantity).reindex(steady)
    prone = ((deals - deals.mean()) / deals.std()).dropna()

    kept, of_frequency, covariances, rises = [], [], [], []
    for group in often:
        depth = depths(lines, group)
        if depth is None or depth.reindex(range(1, WEEKS + 1)).isna().any():
            continue
        with_group = trips.assign(bought=trips.index.isin(bought.basket_id[bought.product_type == group]))
        if with_group.groupby("month").bought.sum().min() < 30 or depth.max() - depth.min() < 0.05:
            continue
        table = cells.assign(bought=with_group.groupby(["week", "tenth"]).bought.sum().to_numpy())
        months = pd.get_dummies(table.week.map(month)).to_numpy(float)
        x = np.column_stack([table.week.map(depth), table.frequency, months])
        weights, errors = regression(x, table.bought.to_numpy(float), table.trips.to_numpy(float))
        share = with_group.bought.mean()
        print(f"# {group}: share {share:.4f}, slope {weights[0]:.3f} ± {errors[0]:.3f}, depth {depth.min():.3f} to {depth.max():.3f}")
        if weights[0] < 2 * errors[0]:
            continue
        kept.append((group, share, weights[0], errors[0]))
        of_frequency.append(weights[1])
        rates = [with_group[half].groupby("household").bought.mean().reindex(steady) for half in (first, ~first)]
        covariances.append(np.cov(rates[0], rates[1])[0, 1] / (rates[0].mean() * rates[1].mean()))
        late = with_group[~first & with_group.household.isin(prone.index)]
        third = pd.qcut(prone, 5, labels=False)
        late = late.assign(third=late.household.map(third), prone=late.household.map(prone))
        cell = late.groupby(["week", "third"]).agg(trips=("bought", "size"), bought=("bought", "sum"), prone=("prone", "mean"))
        cell = cell.reset_index()
        d, z = cell.week.map(depth).to_numpy(), cell.prone.to_numpy()
        months = pd.get_dummies(cell.week.map(month)).to_numpy(float)
        levels = pd.get_dummies(cell.third).to_numpy(float)[:, 1:]
        weights, errors = regression(np.column_stack([d, d * z, levels, months]), cell.bought.to_numpy(float), cell.trips.to_numpy(float))
        rises.append((weights[1], errors[1], kept[-1][2]))

    for group, share, slope, error in kept:
        print(f'    ("{group.lower()}", {share:.4f}, {slope:.3f}),  // ± {error:.3f}')
    rises = np.array(rises)
    weight = rises[:, 2] ** 2 / rises[:, 1] ** 2
    sensitivity = (rises[:, 0] / rises[:, 2] * weight).sum() / weight.sum()
    print(f"households {len(log_trips)}, trips {len(trips)}, groups {len(kept)} of {len(often)}")
    print(f"ln(trips per week): mean {mean:.3f}, deviation {deviation:.3f}; one deviation adds {np.mean(of_frequency):.3f}")
    print(f"loyalty {np.sqrt(np.log1p(np.mean(covariances))):.3f}")
    print(f"sensitivity {sensitivity:.3f} ± {1 / np.sqrt(weight.sum()):.3f}")
    coupon = lines[lines.coupon]
    print(f"lines with a coupon {lines.coupon.mean():.4f}, {(coupon.coupon_disc.abs() / (coupon.sales_value + coupon.coupon_disc.abs())).median():.3f} off at the median")


main()
