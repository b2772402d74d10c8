"""Writes all cases: `make.py FOLDER [--small] [--only NAME...]`."""

import argparse
import importlib

from case import Folder

MODULES = ["lightgbm_models", "xgboost_models", "sklearn_models", "onnx_boosters"]


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder")
    parser.add_argument("--small", action="store_true", help="models small enough to be committed")
    parser.add_argument("--only", nargs="*", choices=MODULES, default=MODULES)
    asked = parser.parse_args()
    for name in asked.only:
        importlib.import_module(name).make(Folder(asked.folder, asked.small))


if __name__ == "__main__":
    main()
