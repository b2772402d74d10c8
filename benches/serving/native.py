"""Whole decisions per second and core of the reference forest by Python's scorers of it, on the same rows as ours.

A decision is one visitor under eight offers: eight rows of a matrix. Prints one JSON line per peer; one thread each.
    python native.py FOLDER      where model.txt and users.f32 lie
"""
import json
import os
import sys
import time
from pathlib import Path

import numpy as np

ARMS = np.array([0, 0.05, 0.1, 0.15, 0.2, 0.25, 0.3, 0.35], dtype=np.float32)
TURNS = 15


def rows(folder):
    users = np.fromfile(folder / "users.f32", "<f4").reshape(-1, 28)
    repeated = np.repeat(users, len(ARMS), 0)
    return np.column_stack([repeated, np.tile(ARMS, len(users))])


def lightgbm_predict(folder, matrix):
    import lightgbm

    booster = lightgbm.Booster(model_file=str(folder / "model.txt"))
    wide = matrix.astype(np.float64)
    return lambda: booster.predict(wide, num_threads=1)


def lleaves_predict(folder, matrix):
    import lleaves

    model = lleaves.Model(model_file=str(folder / "model.txt"))
    model.compile()
    wide = matrix.astype(np.float64)
    return lambda: model.predict(wide, n_jobs=1)


def tl2cgen_predict(folder, matrix):
    import tl2cgen
    import treelite

    model = treelite.frontend.load_lightgbm_model(folder / "model.txt")
    library = str(folder / "tl2cgen.so")
    tl2cgen.export_lib(model, toolchain="gcc", libpath=library, params={"parallel_comp": 2})
    predictor = tl2cgen.Predictor(library, nthread=1)
    matrix = tl2cgen.DMatrix(matrix.astype(np.float64), dtype="float64")
    return lambda: predictor.predict(matrix)


def main():
    # Their compilers write to standard output, which is for figures.
    figures = os.fdopen(os.dup(1), "w")
    os.dup2(2, 1)
    folder = Path(sys.argv[1])
    matrix = rows(folder)
    for name, prepare in [("lightgbm", lightgbm_predict), ("lleaves", lleaves_predict), ("tl2cgen", tl2cgen_predict)]:
        try:
            predict = prepare(folder, matrix)
        except Exception as failed:  # A peer that does not start is told, not hidden.
            print(f"bench: {name} did not start: {failed}", file=sys.stderr)
            continue
        predict()
        turns = []
        for _ in range(TURNS):
            begun = time.perf_counter()
            predict()
            turns.append(time.perf_counter() - begun)
        per_second = len(matrix) / len(ARMS) / sorted(turns)[TURNS // 2]
        print(json.dumps({"figure": f"serving.native_decisions_per_s.{name}", "value": round(per_second),
                          "unit": "decisions/s", "against": f"{len(matrix)} rows at once, one thread"}),
              file=figures, flush=True)


if __name__ == "__main__":
    main()
