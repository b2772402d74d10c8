"""Prints the brands of src/train/simulate/market.rs from the scanner-choice tables.

A brand's share is how often it was chosen; its slope is the price coefficient of the category's conditional logit (shared
results, section 8: full data, constants by brand, price, display and feature) times the brand's mean price, which is what
the full price off would add to the log-odds of choosing it. Run: python tests/reference/market.py <folder of the tables>
"""

import csv
import gzip
import sys
from pathlib import Path

PRICE = {"Yogurt": -0.36658, "Catsup": -1.40241, "Cracker": -0.03125, "Tuna": -6.35779, "Ketchup": -4.32112}


def main():
    for category, coefficient in PRICE.items():
        with gzip.open(Path(sys.argv[1]) / f"{category}.csv.gz", "rt") as text:
            rows = list(csv.DictReader(text))
        chosen = next(name for name in rows[0] if name.endswith("choice"))
        brands = [name.split(".", 1)[1] for name in rows[0] if name.startswith("price.")]
        for brand in brands:
            share = sum(row[chosen] == brand for row in rows) / len(rows)
            price = sum(float(row[f"price.{brand}"]) for row in rows) / len(rows)
            print(f'    ("{category.lower()} {brand}", {share:.4f}, {-coefficient * price:.3f}),')


main()
