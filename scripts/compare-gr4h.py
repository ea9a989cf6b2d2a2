"""Compares the flow of GR4H in Freshet with that of hydrogr; see compare-gr4h."""

import argparse
import csv
import pathlib
import random
import subprocess
import sys
import tempfile

import numpy
import pandas
from hydrogr.gr4h import ModelGr4h

TOLERANCE = 1e-8


def invented(path, hours, seed):
    """Writes hours of weather with storms, drizzle and dry weeks."""
    chance = random.Random(seed)
    left, strength = 0, 0.0
    with open(path, "w", newline="") as file:
        rows = csv.writer(file)
        rows.writerow(["time", "rain_mm_per_h", "evaporation_mm_per_h"])
        start = pandas.Timestamp("2004-01-01")
        for hour in range(hours):
            if left == 0 and chance.random() < 0.02:
                left = chance.randint(1, 30)
                strength = chance.random() ** 3 * 40
            rain = round(strength * chance.random(), 2) if left > 0 else 0
            left = max(left - 1, 0)
            evaporation = round(0.3 * chance.random(), 3)
            time = start + pandas.Timedelta(hours=hour)
            rows.writerow([time.strftime("%Y-%m-%dT%H:%M:%SZ"), rain, evaporation])


def freshet(program, table, parameters, folder):
    """Rain, evaporation and flow of Freshet, mm an hour."""
    output = pathlib.Path(folder) / "flow.csv"
    command = [program, "runoff", str(table), "--model", "gr4h", "-o", str(output)]
    command += ["--rain-unit", "mm/h", "--evaporation-unit", "mm/h", "--flow-unit", "mm/h"]
    for name, value in parameters.items():
        command += ["--parameter", f"{name}={value!r}"]
    done = subprocess.run(command, capture_output=True, text=True)
    if done.returncode != 0:
        sys.exit(done.stderr)
    return pandas.read_csv(output)["flow_mm"].to_numpy()


def inputs(table):
    """Rain and evaporation of a table, by their customary names."""
    data = pandas.read_csv(table)
    def column(names):
        for name in data.columns:
            bare = "".join(c for c in name if c.isalpha() or c == "_").lower().split("_")[0]
            if bare in names:
                return data[name].fillna(0).to_numpy(dtype=float)
        sys.exit(f"{table}: no column of {names}")
    return column(["rain", "p"]), column(["evaporation", "e", "etpot"])


def peer(parameters, rain, evaporation):
    """Flow of hydrogr, mm an hour."""
    index = pandas.date_range("2004-01-01", periods=len(rain), freq="h")
    frame = pandas.DataFrame({"precipitation": rain, "evapotranspiration": evaporation}, index=index)
    result = ModelGr4h(dict(parameters)).run(frame)
    return numpy.asarray(result["flow"])


def main():
    """Runs all sets of parameters and prints the worst difference of each."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--freshet", default=".build/release/freshet")
    options.add_argument("--table")
    options.add_argument("--sets", type=int, default=10)
    options.add_argument("--seed", type=int, default=7)
    options = options.parse_args()
    chance = random.Random(options.seed)
    worst = 0.0
    with tempfile.TemporaryDirectory() as folder:
        table = options.table
        if table is None:
            table = pathlib.Path(folder) / "weather.csv"
            invented(table, 20_000, options.seed)
        rain, evaporation = inputs(table)
        for _ in range(options.sets):
            parameters = {
                "X1": round(chance.uniform(50, 1500), 3), "X2": round(chance.uniform(-2, 2), 4),
                "X3": round(chance.uniform(10, 400), 3), "X4": round(chance.uniform(0.6, 60), 3),
            }
            own = freshet(options.freshet, table, parameters, folder)
            other = peer(parameters, rain, evaporation)
            # Freshet writes six decimals.
            difference = max(float(numpy.max(numpy.abs(own - other))) - 6e-7, 0)
            share = difference / max(float(numpy.max(other)), 1e-9)
            worst = max(worst, share)
            print(f"{parameters}: largest flow {numpy.max(other):.3f} mm/h, difference {difference:.2e}")
    print(f"worst difference {worst:.2e} of the largest flow")
    sys.exit(0 if worst <= TOLERANCE else 1)


main()
