"""LightGBM's own text format."""

import lightgbm as lgb
import numpy as np
import pandas as pd

import data

VERSIONS = f"LightGBM {lgb.__version__}"


def grow(folder, target, table, categorical=(), **parameters):
    asked = {"verbosity": -1, "num_leaves": folder.leaves, "seed": 7, "deterministic": True, "num_threads": 1}
    frame = pd.DataFrame(table, columns=data.NAMES)
    known = lgb.Dataset(frame, target, categorical_feature=list(categorical), free_raw_data=False)
    return lgb.train({**asked, **parameters}, known, folder.trees)


def write(folder, name, booster, table, output, levels=()):
    frame = pd.DataFrame(table, columns=data.NAMES)
    folder.write(name, VERSIONS, "model.txt", booster.save_model, table, booster.predict(frame), output=output,
                 levels=levels)


def make(folder):
    seen, unseen = folder.table()
    bought, amount = data.bought(seen, 1), data.amount(seen, 1)
    unseen[: len(unseen) // 20, 1] = 0.0
    binary = grow(folder, bought, seen, objective="binary")
    write(folder, "lightgbm_binary", binary, unseen, "probability")
    levels = grow(folder, bought, seen, ["brand"], objective="binary", sigmoid=0.7, min_data_per_group=5)
    write(folder, "lightgbm_levels", levels, unseen, "probability", ["brand"])
    one_hot = grow(folder, bought, seen, ["brand"], objective="cross_entropy", max_cat_to_onehot=20)
    write(folder, "lightgbm_one_hot", one_hot, unseen, "probability", ["brand"])
    write(folder, "lightgbm_regression", grow(folder, amount, seen, objective="regression"), unseen, "value")
    far = grow(folder, amount + 1_000.0, seen, objective="regression_l1")
    write(folder, "lightgbm_far_from_zero", far, unseen, "value")
    forest = dict(boosting="rf", bagging_fraction=0.7, bagging_freq=1, feature_fraction=0.7)
    write(folder, "lightgbm_forest_binary", grow(folder, bought, seen, objective="binary", **forest), unseen,
          "probability")
    write(folder, "lightgbm_forest_regression", grow(folder, amount, seen, objective="regression", **forest), unseen,
          "value")
    dart = grow(folder, bought, seen, objective="binary", boosting="dart", use_missing=True)
    write(folder, "lightgbm_dart", dart, unseen, "probability")
    # Trained without a missing value: at prediction one counts as zero.
    full, _ = folder.table(with_missing=False)
    bare = grow(folder, data.bought(full, 1), full, objective="binary", use_missing=False)
    write(folder, "lightgbm_no_missing", bare, unseen, "probability")
    words, later = data.with_words(seen), data.with_words(unseen)
    named = lgb.train(dict(objective="binary", verbosity=-1, num_leaves=folder.leaves, min_data_per_group=5),
                      lgb.Dataset(words, bought), folder.trees)
    folder.write("lightgbm_words", VERSIONS, "model.txt", named.save_model, later.astype(object).to_numpy(),
                 named.predict(later), output="probability", levels=["brand"])
    if not folder.small:
        double = grow(folder, bought, np.nextafter(seen, np.inf), objective="binary", num_leaves=63, max_bin=1023)
        write(folder, "lightgbm_many_bins", double, unseen, "probability")
