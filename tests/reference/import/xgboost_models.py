"""XGBoost's own JSON."""

import numpy as np
import pandas as pd
import xgboost as xgb

import data

VERSIONS = f"XGBoost {xgb.__version__}"


def matrix(table, target=None, levels=False, named=True):
    if not named:
        return xgb.DMatrix(table, target)
    frame = pd.DataFrame(table, columns=data.NAMES)
    types = ["c" if levels and name in data.LEVELS else "q" for name in data.NAMES]
    return xgb.DMatrix(frame.to_numpy(), target, feature_names=data.NAMES, feature_types=types,
                       enable_categorical=levels)


def grow(folder, table, target, levels=False, named=True, **parameters):
    asked = {"max_depth": folder.depth, "seed": 7, "nthread": 1}
    return xgb.train({**asked, **parameters}, matrix(table, target, levels, named), folder.trees)


def write(folder, name, booster, table, output, levels=False, named=True):
    predicted = booster.predict(matrix(table, None, levels, named)).astype(float)
    folder.write(name, VERSIONS, "model.json", booster.save_model, table, predicted, output=output,
                 levels=["brand"] if levels else [], names=named)


def make(folder):
    seen, unseen = folder.table()
    bought, amount = data.bought(seen, 1), data.amount(seen, 1)
    write(folder, "xgboost_binary", grow(folder, seen, bought, objective="binary:logistic"), unseen, "probability")
    based = grow(folder, seen, bought, objective="binary:logistic", base_score=0.2, grow_policy="lossguide",
                 max_leaves=folder.leaves, max_depth=0)
    write(folder, "xgboost_base_score", based, unseen, "probability")
    unnamed = grow(folder, seen, bought, named=False, objective="binary:logistic", tree_method="exact")
    write(folder, "xgboost_unnamed", unnamed, unseen, "probability", named=False)
    write(folder, "xgboost_regression", grow(folder, seen, amount, objective="reg:squarederror"), unseen, "value")
    absolute = grow(folder, seen, amount, objective="reg:absoluteerror")
    write(folder, "xgboost_absolute_error", absolute, unseen, "value")
    for name, one_hot in [("xgboost_levels", 1), ("xgboost_one_hot", 100)]:
        booster = grow(folder, seen, bought, levels=True, objective="binary:logistic", max_cat_to_onehot=one_hot)
        write(folder, name, booster, unseen, "probability", levels=True)
    words, later = data.with_words(seen), data.with_words(unseen)
    named = xgb.train({"objective": "binary:logistic", "max_depth": folder.depth, "max_cat_to_onehot": 1},
                      xgb.DMatrix(words, bought, enable_categorical=True), folder.trees)
    folder.write("xgboost_words", VERSIONS, "model.json", named.save_model, later.astype(object).to_numpy(),
                 named.predict(xgb.DMatrix(later, enable_categorical=True)).astype(float), output="probability",
                 levels=["brand"])
    dart = grow(folder, seen, bought, objective="binary:logistic", booster="dart", rate_drop=0.2)
    write(folder, "xgboost_dart", dart, unseen, "probability")
    forest = grow(folder, seen, bought, objective="binary:logistic", num_parallel_tree=3, subsample=0.7, eta=0.5)
    write(folder, "xgboost_parallel_trees", forest, unseen, "probability")
    # A linear booster sums in single precision: columns of one size, as anyone would give it.
    scaled = lambda table: np.column_stack([np.log1p(table[:, :3]), table[:, 3:]])
    linear = grow(folder, scaled(seen), bought, objective="binary:logistic", booster="gblinear", max_depth=None)
    write(folder, "xgboost_linear", linear, scaled(unseen), "probability")
