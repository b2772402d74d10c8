"""Writes tests/reference/shapley.json: what `shap` says of the committed forests in tests/fixtures/import.

shap's own path-dependent algorithm where it can read the trees (`source` "shap"), else the library's `pred_contrib`, which is
the same algorithm in the library ("library"): sets of levels are beyond shap.
Run: python tests/reference/shapley.py   (written with shap 0.51.0, LightGBM 4.7.0, XGBoost 3.2.0)
"""

import csv
import json
import re
from pathlib import Path

import lightgbm
import numpy as np
import shap
import xgboost
from shap.explainers._tree import TreeEnsemble

ROWS = 25
FOLDER = Path(__file__).parent
CASES = {
    "lightgbm_binary": "shap",
    "lightgbm_regression": "shap",
    "lightgbm_no_missing": "library",
    "lightgbm_levels": "library",
    "xgboost_binary": "library",
    "xgboost_regression": "library",
}


def rows(folder):
    with open(folder / "rows.csv") as file:
        table = list(csv.reader(file))
    names = table[0][:-1]
    return names, np.array([[float(cell) if cell else np.nan for cell in row[:-1]] for row in table[1 : ROWS + 1]])


def by_shap(booster, table):
    """Without the detour over pred_contrib that TreeExplainer takes for boosters."""
    trees = TreeEnsemble(booster, None, None, "tree_path_dependent")
    explainer = shap.TreeExplainer(trees_as_model(trees), feature_perturbation="tree_path_dependent")
    return np.column_stack([explainer.shap_values(table, check_additivity=False), np.full(len(table), explainer.expected_value)])


def trees_as_model(ensemble):
    """The same trees as a plain list, which TreeExplainer computes itself."""
    return {
        "internal_dtype": ensemble.internal_dtype,
        "input_dtype": ensemble.input_dtype,
        "base_offset": ensemble.base_offset,
        "trees": [
            {
                "children_left": tree.children_left,
                "children_right": tree.children_right,
                "children_default": tree.children_default,
                "features": tree.features,
                "thresholds": tree.thresholds,
                "values": tree.values,
                "node_sample_weight": tree.node_sample_weight,
            }
            for tree in ensemble.trees
        ],
    }


def by_library(folder, names, table):
    if folder.name.startswith("lightgbm"):
        return lightgbm.Booster(model_file=str(folder / "model.txt")).predict(table, pred_contrib=True)
    booster = xgboost.Booster(model_file=str(folder / "model.json"))
    return booster.predict(xgboost.DMatrix(table, feature_names=names), pred_contribs=True)


def told(name, source):
    folder = FOLDER.parent / "fixtures" / "import" / name
    names, table = rows(folder)
    if source == "shap":
        parts = by_shap(lightgbm.Booster(model_file=str(folder / "model.txt")), table)
        # The two must agree, or one of them is not what it is taken for.
        assert np.abs(parts - by_library(folder, names, table)).max() < 1e-9
    else:
        parts = by_library(folder, names, table)
    parts = np.asarray(parts, dtype=float)
    # A log-odds is the raw score times LightGBM's `sigmoid`, which is usually 1.
    text = (folder / "model.txt").read_text() if name.startswith("lightgbm") else ""
    found = re.search(r"sigmoid:([0-9.]+)", text)
    scale = float(found.group(1)) if found else 1.0
    return {"scale": scale, "source": source, "columns": names, "parts": parts[:, :-1].tolist(), "start": parts[:, -1].tolist()}


def main():
    versions = f"shap {shap.__version__}, LightGBM {lightgbm.__version__}, XGBoost {xgboost.__version__}"
    cases = {name: told(name, source) for name, source in CASES.items()}
    text = json.dumps({"versions": versions, "cases": cases}, indent=None, separators=(",", ":"))
    (FOLDER / "shapley.json").write_text(text + "\n")


if __name__ == "__main__":
    main()
