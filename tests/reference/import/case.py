"""One case on disk: model file, rows with predictions, and a description."""

import json
import math
from pathlib import Path

import data


class Folder:
    """Where cases are written, and how large they are."""

    def __init__(self, root, small):
        self.root = Path(root)
        self.small = small
        self.trees = 4 if small else 100
        self.leaves = 6 if small else 31
        self.depth = 3 if small else 6
        self.training_rows = 2_000 if small else 20_000
        self.rows = 100 if small else 10_000

    def table(self, with_missing=True):
        """Training rows, and rows never seen in training."""
        first = data.rows(self.training_rows, 1, with_missing)
        return first, data.rows(self.rows, 2, with_missing)

    def write(self, name, versions, file, save, table, prediction, *, output, levels=(), names=None, lossy=False):
        """`save(path)` writes the model; `output` is `probability` or `value`; a `lossy` file is not what was trained."""
        folder = self.root / name
        folder.mkdir(parents=True, exist_ok=True)
        save(str(folder / file))
        told = lambda value: value if isinstance(value, str) else "" if math.isnan(value) else repr(value)
        lines = [",".join([*data.NAMES, "prediction"])]
        for row, predicted in zip(table.tolist(), prediction.tolist()):
            lines.append(",".join(told(value) for value in [*row, predicted]))
        (folder / "rows.csv").write_text("\n".join(lines) + "\n")
        described = {
            "versions": versions, "model": file, "output": output, "named": names is not False, "columns": data.NAMES,
            "levels": {name: data.LEVELS[name] for name in levels}, "rows": len(table), "lossy": lossy,
        }
        (folder / "case.json").write_text(json.dumps(described, indent=1) + "\n")
        print(name, (folder / file).stat().st_size, "bytes")
