"""Seconds of titanlib, gridpp and wradlib beside the benchmarks of Freshet; see compare-speed."""

import argparse
import json
import subprocess
import tempfile
import time
import warnings

warnings.filterwarnings("ignore")

import gridpp
import netCDF4
import numpy as np
import titanlib
import wradlib


def seconds(call):
    start = time.perf_counter()
    call()
    return time.perf_counter() - start


def interpolation(side=1000, stations=2000):
    """gridpp: gauges into a first guess by optimal interpolation."""
    rng = np.random.default_rng(3)
    lats, lons = np.meshgrid(np.linspace(28, 32, side), np.linspace(105, 110, side), indexing="ij")
    grid = gridpp.Grid(lats, lons)
    guess = np.maximum(0, 5 + 5 * np.sin(lats * 9) * np.cos(lons * 7)).astype(np.float32)
    lat, lon = rng.uniform(28.1, 31.9, stations), rng.uniform(105.1, 109.9, stations)
    points = gridpp.Points(lat, lon)
    there = gridpp.bilinear(grid, points, guess)
    said = (there * rng.lognormal(0, 0.3, stations)).astype(np.float32)
    share = np.full(stations, 0.1, np.float32)
    return seconds(lambda: gridpp.optimal_interpolation(
        grid, guess, points, said, share, there, gridpp.BarnesStructure(20000), 20))


def checks(count=20000):
    """titanlib: buddy check and spatial consistency test over one hour of a large network."""
    rng = np.random.default_rng(3)
    lat, lon = rng.uniform(20, 45, count), rng.uniform(90, 120, count)
    values = (5 + 3 * np.sin(lat) + rng.normal(0, 0.5, count)).astype(np.float32)
    values[rng.integers(0, count, count // 50)] += 40
    points = titanlib.Points(lat, lon, rng.uniform(0, 1500, count))
    one = np.ones(count, np.float32)
    consistency = seconds(lambda: titanlib.sct(
        points, values, 5, 50, 50000.0, 100000.0, 2, 20, 200.0, 10000.0, 200.0, 4 * one, 4 * one,
        0.5 * one))
    buddy = seconds(lambda: titanlib.buddy_check(
        points, values, np.full(count, 50000.0), np.full(count, 3), 3.0, 200.0, 0.0, 1.0, 2))
    return buddy + consistency


def drift(rows=450, columns=480, stations=3000):
    """wradlib: kriging with the radar as external drift."""
    rng = np.random.default_rng(3)
    y, x = np.mgrid[0:rows, 0:columns] * 1000.0
    radar = np.maximum(0, 5 + 5 * np.sin(y / 9e4) * np.cos(x / 7e4)).ravel()
    target = np.c_[x.ravel(), y.ravel()]
    chosen = rng.choice(rows * columns, stations, replace=False)
    gauges = radar[chosen] * rng.lognormal(0, 0.3, stations)
    places = target[chosen] + rng.uniform(-400, 400, (stations, 2))
    return seconds(lambda: wradlib.ipol.ExternalDriftKriging(
        places, target, cov="0.3 Nug(0.) + 0.7 Exp(40000.)", nnearest=12, src_drift=radar[chosen],
        trg_drift=radar)(gauges))


def gauges(folder, count, seed=3):
    """Tables of `count` stations over four by five degrees with hourly rain in waves."""
    rng = np.random.default_rng(seed)
    lat, lon = rng.uniform(28.05, 31.95, count), rng.uniform(105.05, 109.95, count)
    rain = np.maximum(0, 5 + 5 * np.sin(lat * 9) * np.cos(lon * 7)) * rng.lognormal(0, 0.2, count)
    with open(f"{folder}/stations.csv", "w") as file:
        file.write("id,name,lon,lat,altitude_m,kind\n")
        file.writelines(f"S{i},S{i},{lon[i]:.5f},{lat[i]:.5f},,rain\n" for i in range(count))
    with open(f"{folder}/readings.csv", "w") as file:
        file.write("station,time,period,element,value,unit\n")
        file.writelines(f"S{i},2024-07-09T12:00:00Z,1h,rain,{rain[i]:.1f},mm\n" for i in range(count))


def radar(path, side):
    lats, lons = np.linspace(28, 32, side), np.linspace(105, 110, side)
    with netCDF4.Dataset(path, "w") as file:
        for name, values, units in (("lat", lats, "degrees_north"), ("lon", lons, "degrees_east")):
            file.createDimension(name, side)
            file.createVariable(name, "f8", (name,)).setncatts({"units": units})
            file[name][:] = values
        rain = file.createVariable("rain", "f4", ("lat", "lon"))
        rain.units = "mm"
        rain[:] = np.maximum(0, 4 + 4 * np.sin(lats[:, None] * 9) * np.cos(lons[None, :] * 7))
        file.createVariable("time", "f8", ()).units = "seconds since 1970-01-01"
        file["time"][:] = 1720526400


def growth(freshet):
    """Whole commands, reading and writing included, over stations and over cells."""
    def best(*words):
        return min(seconds(lambda: subprocess.run([freshet, *words], check=True, capture_output=True))
                   for _ in range(3))

    with tempfile.TemporaryDirectory() as folder:
        tables = [f"{folder}/readings.csv", "--stations", f"{folder}/stations.csv"]
        print("| stations | freshet quality, s | microseconds a station |\n|---|---|---|")
        for count in (10_000, 20_000, 40_000, 80_000):
            gauges(folder, count)
            took = best("quality", *tables, "-o", f"{folder}/verdicts.csv")
            print(f"| {count:,} | {took:.2f} | {took / count * 1e6:.1f} |")
        print("\n| cells, 2,000 gauges | freshet estimate --method ked, s | nanoseconds a cell |\n|---|---|---|")
        gauges(folder, 2_000)
        for side in (500, 1000, 2000):
            radar(f"{folder}/radar.nc", side)
            took = best("estimate", "--radar", f"{folder}/radar.nc", "--step", "1h", "--gauges",
                        *tables, "--method", "ked", "-o", f"{folder}/out.nc", "--report",
                        f"{folder}/report.json")
            print(f"| {side:,} x {side:,} | {took:.2f} | {took / side**2 * 1e9:.0f} |")


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--freshet", default=".build/release/freshet")
    parser.add_argument("--growth", action="store_true", help="only how the cost grows")
    options = parser.parse_args()
    if options.growth:
        growth(options.freshet)
        return

    def bench(only):
        done = subprocess.run(
            [options.freshet, "bench", "--size", "full", "--only", only, "--format", "json"],
            check=True, capture_output=True, text=True)
        return json.loads(done.stdout)["benchmarks"]

    own = {line["title"]: line["median_seconds"] for only in ("quality", "merged") for line in bench(only)}
    judged = sum(s for title, s in own.items() if "stations" in title)
    optimal = next(s for title, s in own.items() if title.startswith("2,000 gauges"))
    merged = {t.rsplit(", ", 1)[1]: s for t, s in own.items()
              if t.startswith("3,000 gauges") and "450 x 480" in t}
    slowest = max(merged, key=merged.get)
    print("| work | peer | s | Freshet, s | times faster |")
    print("|---|---|---|---|---|")
    for work, peer, theirs, ours in [
            ("20,000 stations, one hour", "titanlib, buddy check and spatial consistency", checks(), judged),
            ("2,000 gauges on 1,000 x 1,000 cells, optimal interpolation", "gridpp", interpolation(), optimal),
            ("3,000 gauges on 450 x 480 cells, external drift", "wradlib", drift(), merged["ked"])]:
        print(f"| {work} | {peer} | {theirs:.2f} | {ours:.3f} | {theirs / ours:.0f} |")
    print(f"\n3,000 gauges on 450 x 480 cells, slowest method {slowest}: {merged[slowest]:.3f} s")


if __name__ == "__main__":
    main()
