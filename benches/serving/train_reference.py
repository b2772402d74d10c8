"""Runs the peers' own training in the current folder, and keeps the forest as LightGBM's text too, which is what is imported."""
import runpy

import lightgbm

fit = lightgbm.LGBMClassifier.fit


def fit_and_keep(self, *arguments, **settings):
    fitted = fit(self, *arguments, **settings)
    fitted.booster_.save_model("gen/model.txt")
    return fitted


lightgbm.LGBMClassifier.fit = fit_and_keep
runpy.run_path("train.py", run_name="__main__")
