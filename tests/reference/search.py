"""LightGBM as something to tune: a line of JSON settings in, the log loss of three folds out, until the input ends.

Run by the test that `src/train/search/experiment.rs` holds. The argument is a prepared task without its ending:
<task>.json names columns, <task>.f64 holds them as little-endian doubles, column by column, then the outcome, then 1 for
rows that are kept for a final test; those are not read here. Row i of the rest is judged in fold i % 3.
"""

import json
import sys

import lightgbm
import numpy as np

FOLDS = 3


def table(task):
    described = json.load(open(task + ".json"))
    rows, columns = described["rows"], described["columns"]
    numbers = np.fromfile(task + ".f64", dtype="<f8").reshape(len(columns) + 2, rows)
    kept = numbers[-1] == 0
    levels = [index for index, column in enumerate(columns) if column["kind"] == "level"]
    return numbers[:-2, kept].T, numbers[-2, kept], levels


def log_loss(features, outcome, levels, point):
    losses = []
    settings = dict(point, objective="binary", verbosity=-1, num_threads=1, seed=1, deterministic=True)
    rounds = settings.pop("rounds")
    for fold in range(FOLDS):
        judged = np.arange(len(outcome)) % FOLDS == fold
        data = lightgbm.Dataset(features[~judged], outcome[~judged], categorical_feature=levels, params={"verbosity": -1})
        model = lightgbm.train(settings, data, num_boost_round=rounds)
        probability = np.clip(model.predict(features[judged]), 1e-7, 1 - 1e-7)
        chance = np.where(outcome[judged] == 1, probability, 1 - probability)
        losses.append(-np.log(chance).mean())
    return float(np.mean(losses))


def main():
    features, outcome, levels = table(sys.argv[1])
    for line in sys.stdin:
        print(log_loss(features, outcome, levels, json.loads(line)), flush=True)


main()
