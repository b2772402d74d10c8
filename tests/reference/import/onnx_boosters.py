"""LightGBM and XGBoost through onnxmltools, and CatBoost's own export."""

import catboost
import lightgbm as lgb
import numpy as np
import onnx
import onnxmltools
import xgboost as xgb
from onnxmltools.convert.common.data_types import FloatTensorType

import data

BY = f"onnxmltools {onnxmltools.__version__}"


def single(table):
    """As the exported graph reads it."""
    return table.astype(np.float32).astype(float)


def write(folder, name, versions, graph, table, prediction, output):
    save = lambda path: onnx.save(graph, path) if not callable(graph) else graph(path)
    folder.write(name, versions, "model.onnx", save, table, np.asarray(prediction, float), output=output, names=False)


def converted(convert, model):
    return convert(model, initial_types=[("input", FloatTensorType([None, len(data.NAMES)]))], target_opset=15)


def make(folder):
    seen, unseen = folder.table()
    seen, unseen = single(seen), single(unseen)
    bought, amount = data.bought(seen, 1), data.amount(seen, 1)
    tree = dict(n_estimators=folder.trees, num_leaves=folder.leaves, random_state=7, n_jobs=1, verbosity=-1)
    versions = f"LightGBM {lgb.__version__}, {BY}"
    model = lgb.LGBMClassifier(**tree).fit(seen, bought)
    write(folder, "onnx_lightgbm", versions, converted(onnxmltools.convert_lightgbm, model), unseen,
          model.predict_proba(unseen)[:, 1], "probability")
    model = lgb.LGBMRegressor(**tree).fit(seen, amount)
    write(folder, "onnx_lightgbm_regression", versions, converted(onnxmltools.convert_lightgbm, model), unseen,
          model.predict(unseen), "value")
    model = lgb.LGBMClassifier(**tree, min_data_per_group=5).fit(seen, bought, categorical_feature=[6])
    write(folder, "onnx_lightgbm_levels", versions, converted(onnxmltools.convert_lightgbm, model), unseen,
          model.predict_proba(unseen)[:, 1], "probability")

    tree = dict(n_estimators=folder.trees, max_depth=folder.depth, random_state=7, n_jobs=1)
    versions = f"XGBoost {xgb.__version__}, {BY}"
    model = xgb.XGBClassifier(**tree).fit(seen, bought)
    write(folder, "onnx_xgboost", versions, converted(onnxmltools.convert_xgboost, model), unseen,
          model.predict_proba(unseen)[:, 1], "probability")
    model = xgb.XGBRegressor(**tree).fit(seen, amount)
    write(folder, "onnx_xgboost_regression", versions, converted(onnxmltools.convert_xgboost, model), unseen,
          model.predict(unseen), "value")

    versions = f"CatBoost {catboost.__version__}"
    quiet = dict(iterations=folder.trees, depth=min(folder.depth, 5), verbose=False, thread_count=1, random_seed=7,
                 allow_writing_files=False)
    model = catboost.CatBoostClassifier(**quiet).fit(seen, bought)
    write(folder, "catboost", versions, lambda path: model.save_model(path, format="onnx"), unseen,
          model.predict_proba(unseen)[:, 1], "probability")
    other = catboost.CatBoostRegressor(**quiet).fit(seen, amount)
    write(folder, "catboost_regression", versions, lambda path: other.save_model(path, format="onnx"), unseen,
          other.predict(unseen), "value")
