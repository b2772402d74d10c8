"""The task files: a table for learners as two files, written here, read by everything that measures learners.

`<task>.json` is `{"task", "rows", "binary", "columns": [{"name", "kind": "number" | "level", "levels"}], "target"}`; a number
has no `levels`. `<task>.f64` holds little-endian doubles, column by column in that order, then the target, then a column that
is 1 for test rows and 0 for train rows. An amount that is missing has the median of the train rows, as peers had it (none is
NaN today, but readers must take NaN as missing). A level is 1 for the commonest of the train rows, 2 for the next and so on
(ties by name, in byte order), and 0 for one that is not kept or was not seen in train rows; NaN would be a missing one.
Nothing is scaled and no level is spread over columns: `Table` does that for those peers that need it.
"""

import json
from dataclasses import dataclass

import numpy
import pandas


def median_filled(column, train):
    values = column.astype(float)
    return values.fillna(values[train].median()).to_numpy()


def coded(column, train, keep):
    """Levels by how common they are in train rows, and how many there are."""
    names = column.astype(object).where(column.notna(), "").map(str)
    ranked = sorted(names[train].value_counts().items(), key=lambda item: (-item[1], item[0]))[:keep]
    codes = {name: rank for rank, (name, _) in enumerate(ranked, start=1)}
    return names.map(lambda name: codes.get(name, 0)).to_numpy(float), len(codes)


def write(task, folder):
    """Writes both files of one task."""
    frame, train = task.frame, ~task.test
    columns, values = [], []
    for name in task.numbers:
        columns.append({"name": name, "kind": "number"})
        values.append(median_filled(frame[name], train))
    for name in task.levels:
        codes, levels = coded(frame[name], train, task.keep.get(name))
        columns.append({"name": name, "kind": "level", "levels": levels})
        values.append(codes)
    values += [frame[task.target].to_numpy(float), task.test.astype(float)]
    about = {"task": task.name, "rows": len(frame), "binary": task.binary, "columns": columns, "target": task.target}
    # Written aside and renamed: somebody may be reading the old one.
    for suffix, content in ((".f64", numpy.vstack(values).astype("<f8").tobytes()), (".json", json.dumps(about).encode())):
        aside = folder / f".{task.name}{suffix}"
        aside.write_bytes(content)
        aside.rename(folder / f"{task.name}{suffix}")


@dataclass
class Table:
    """A task as read from its files."""

    name: str
    binary: bool
    columns: list
    values: numpy.ndarray
    target: numpy.ndarray
    test: numpy.ndarray

    @classmethod
    def read(cls, folder, name):
        about = json.loads((folder / f"{name}.json").read_text())
        values = numpy.fromfile(folder / f"{name}.f64", "<f8").reshape(-1, about["rows"])
        return cls(name, about["binary"], about["columns"], values[:-2], values[-2], values[-1] == 1)

    def indicators(self, scaled):
        """The table as peers take it: amounts, of mean 0 and deviation 1 in train rows if `scaled`, then a column of
        zeros and ones for every known level."""
        blocks = []
        for column, values in zip(self.columns, self.values):
            if column["kind"] == "level":
                blocks.append((values[:, None] == numpy.arange(1, column["levels"] + 1)).astype(float))
            elif scaled:
                train = values[~self.test]
                blocks.append(((values - train.mean()) / (train.std() or 1.0))[:, None])
            else:
                blocks.append(values[:, None])
        return numpy.hstack(blocks)
