"""What scikit-learn says of two small fixed tables: the numbers in validation.json.

Refresh: python tests/reference/validation.py > tests/reference/validation.json   (scikit-learn 1.5 or later)
The tables come from a congruential generator, so they are the same everywhere; they hold ties and weights.
"""

import json

import numpy as np
from sklearn import metrics
from sklearn.calibration import _sigmoid_calibration
from sklearn.isotonic import IsotonicRegression

ROWS = 60


def draws(seed, count):
    state, found = seed, []
    for _ in range(count):
        state = (state * 1103515245 + 12345) % 2**31
        found.append((state >> 16) % 1000 / 1000)
    return np.array(found)


def binary():
    probability = np.round(draws(1, ROWS), 1) * 0.9 + 0.05
    actual = (draws(2, ROWS) < probability * 0.7 + 0.1).astype(int)
    weight = np.ceil(draws(3, ROWS) * 4 + 0.5)
    predicted = (probability >= 0.5).astype(int)
    weighted = {"sample_weight": weight}
    precision, recall, thresholds = metrics.precision_recall_curve(actual, probability, **weighted)
    f1 = 2 * precision * recall / np.maximum(precision + recall, 1e-300)
    return {
        "predicted": probability.tolist(),
        "actual": actual.tolist(),
        "weight": weight.tolist(),
        "figures": {
            "accuracy": metrics.accuracy_score(actual, predicted, **weighted),
            "precision": metrics.precision_score(actual, predicted, **weighted),
            "recall": metrics.recall_score(actual, predicted, **weighted),
            "f1": metrics.f1_score(actual, predicted, **weighted),
            "roc_auc": metrics.roc_auc_score(actual, probability, **weighted),
            "pr_auc": metrics.average_precision_score(actual, probability, **weighted),
            "log_loss": metrics.log_loss(actual, probability, **weighted),
            "brier": metrics.brier_score_loss(actual, probability, **weighted),
        },
        "confusion": metrics.confusion_matrix(actual, predicted, **weighted).tolist(),
        "best_f1": [float(thresholds[f1[:-1].argmax()]), float(f1.max())],
    }


def regression():
    actual = draws(4, ROWS) * 20 + 1
    predicted = actual * 0.8 + draws(5, ROWS) * 6
    weight = draws(6, ROWS) + 0.5
    weighted = {"sample_weight": weight}
    return {
        "predicted": predicted.tolist(),
        "actual": actual.tolist(),
        "weight": weight.tolist(),
        "figures": {
            "mse": metrics.mean_squared_error(actual, predicted, **weighted),
            "rmse": metrics.root_mean_squared_error(actual, predicted, **weighted),
            "mae": metrics.mean_absolute_error(actual, predicted, **weighted),
            "mape": metrics.mean_absolute_percentage_error(actual, predicted, **weighted),
            "r2": metrics.r2_score(actual, predicted, **weighted),
        },
    }


def calibration():
    raw = np.round(draws(7, ROWS) * 4 - 2, 1)
    actual = (draws(8, ROWS) < 1 / (1 + np.exp(-1.5 * raw - 0.3))).astype(int)
    weight = draws(9, ROWS) + 0.5
    slope, offset = _sigmoid_calibration(raw, actual)
    isotonic = IsotonicRegression(out_of_bounds="clip").fit(raw, actual, sample_weight=weight)
    return {
        "raw": raw.tolist(),
        "actual": actual.tolist(),
        "weight": weight.tolist(),
        "platt": [-float(slope), -float(offset)],
        "isotonic": isotonic.predict(raw).tolist(),
    }


def information():
    level = (draws(10, ROWS) * 5).astype(int)
    actual = (draws(11, ROWS) < 0.2 + 0.15 * level).astype(int)
    return {
        "level": level.tolist(),
        "actual": actual.tolist(),
        "mutual_information_nats": metrics.mutual_info_score(level, actual),
    }


print(json.dumps({"binary": binary(), "regression": regression(), "calibration": calibration(), "information": information()}))
