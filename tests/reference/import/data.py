"""Rows of a made-up shop with a planted outcome: amounts of every size, missing values, levels, zeros and negatives."""

import numpy as np
import pandas as pd

NAMES = ["spend", "visits", "price", "trend", "recency", "depth", "brand"]
LEVELS = {"brand": 12}


def missing(values, share, draw):
    """The same with that share of values missing."""
    return np.where(draw.random(len(values)) < share, np.nan, values)


def rows(count, seed, with_missing=True):
    """`count` rows: the columns of NAMES. `brand` is a level number, 0 for one not known."""
    draw = np.random.default_rng(seed)
    share = 1.0 if with_missing else 0.0
    columns = [
        missing(draw.lognormal(3.0, 1.0, count), 0.1 * share, draw),
        missing(draw.poisson(2.0, count).astype(float), 0.05 * share, draw),
        draw.integers(49, 9_999, count).astype(float),
        missing(draw.normal(0.0, 1.0, count), 0.2 * share, draw),
        draw.exponential(20.0, count),
        draw.choice([0.0, 0.05, 0.1, 0.15, 0.2, 0.3], count),
        missing(draw.integers(0, LEVELS["brand"] + 1, count).astype(float), 0.1 * share, draw),
    ]
    return np.column_stack(columns)


def log_odds(table):
    """The planted log-odds of buying."""
    spend, visits, price, trend, recency, depth, brand = table.T
    known = lambda column, otherwise: np.where(np.isnan(column), otherwise, column)
    score = -0.5 + 0.4 * np.log1p(known(spend, 5.0)) + 0.3 * np.sqrt(known(visits, 0.0)) - 0.0002 * price
    score += 0.8 * np.tanh(known(trend, -0.5)) - 0.03 * recency + 4.0 * depth * (known(visits, 1.0) > 1)
    return score + np.where(np.isin(brand, [2, 5, 7, 11]), 2.5, 0.0) - np.where(np.isnan(brand), 0.6, 0.0)


def bought(table, seed):
    """0 or 1 by row, drawn with the planted probability."""
    draw = np.random.default_rng(seed + 1)
    return (draw.random(len(table)) < 1.0 / (1.0 + np.exp(-log_odds(table)))).astype(int)


def amount(table, seed):
    """A number to be predicted: something like the logarithm of a price ratio."""
    draw = np.random.default_rng(seed + 2)
    return 0.3 * log_odds(table) - 0.2 + draw.normal(0.0, 0.1, len(table))


def with_words(table):
    """As a data frame: brands as words, levels 1 to 12 as `word 0` to `word 11`; level 0 is missing."""
    frame = pd.DataFrame(table, columns=NAMES)
    known = frame.brand.where(frame.brand > 0)
    words = [f"word {number}" for number in range(LEVELS["brand"])]
    frame["brand"] = pd.Categorical(known.map(lambda level: f"word {int(level) - 1}", na_action="ignore"), words)
    return frame
