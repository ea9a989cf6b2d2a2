"""Errors left-one-out of freshet estimate, wradlib and mergeplg on the same pairs; seconds beside gridpp."""

import argparse
import csv
import json
import math
import os
import subprocess
import sys
import tempfile
import time
import warnings

warnings.filterwarnings("ignore")

import numpy as np
import xarray as xr
from netCDF4 import Dataset

RADOLAN = dict(
    grid_mapping_name="polar_stereographic", latitude_of_projection_origin=90.0,
    standard_parallel=60.0, straight_vertical_longitude_from_pole=10.0, earth_radius=6370040.0,
    false_easting=0.0, false_northing=0.0)
OPENMRG = dict(
    grid_mapping_name="polar_stereographic", latitude_of_projection_origin=90.0,
    standard_parallel=60.0, straight_vertical_longitude_from_pole=14.0,
    semi_major_axis=6377397.155, semi_minor_axis=6356078.962818189, false_easting=0.0,
    false_northing=0.0)


def write_grid(path, x, y, mapping, frames, seconds):
    """CF-netCDF of amounts; frames is a list of (end in seconds since 1970, values in mm)."""
    with Dataset(path, "w") as f:
        f.createDimension("time", len(frames))
        f.createDimension("nv", 2)
        f.createDimension("y", len(y))
        f.createDimension("x", len(x))
        t = f.createVariable("time", "f8", ("time",))
        t.units = "seconds since 1970-01-01 00:00:00"
        t.bounds = "time_bounds"
        b = f.createVariable("time_bounds", "f8", ("time", "nv"))
        for name, values in (("x", x), ("y", y)):
            v = f.createVariable(name, "f8", (name,))
            v.units = "m"
            v.standard_name = f"projection_{name}_coordinate"
            v[:] = values
        crs = f.createVariable("crs", "i4", ())
        crs.setncatts(mapping)
        r = f.createVariable("rainfall_amount", "f4", ("time", "y", "x"), fill_value=-1.0, zlib=True)
        r.units = "mm"
        r.grid_mapping = "crs"
        r.cell_methods = "time: sum"
        for k, (end, values) in enumerate(frames):
            t[k] = end
            b[k] = (end - seconds, end)
            r[k] = np.where(np.isfinite(values), values, -1.0)


def iso(seconds):
    return time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(seconds))


def dwd(data, folder):
    """The hour of 1142 gauges under RADOLAN RY, 23 August 2021."""
    d = xr.open_dataset(f"{data}/radar/dwd-ry-20210823/radolan_ry_data_compressed.nc")
    total = d.RY.sum("time", skipna=False).values
    end = 1629712200
    write_grid(f"{folder}/dwd.nc", d.x.values * 1000, d.y.values * 1000, RADOLAN, [(end, total)], 3600)
    with open(f"{data}/facts/dwd-20210823_gauge_radar_pairs.csv", encoding="utf-8") as f:
        rows = list(csv.DictReader(f))
    write_tables(folder, "dwd", [(r["station_id"], float(r["longitude"]), float(r["latitude"])) for r in rows],
                 [(r["station_id"], end, 3600, float(r["rainfall_amount"])) for r in rows])
    return [("DWD RY, 1 h, 1142 gauges", f"{folder}/dwd")]


def openmrg(data, folder):
    """Eleven gauges of Gothenburg, three hours of 27 August 2015, hour by hour."""
    base = f"{data}/gauges/openmrg-20150827"
    r = xr.open_dataset(f"{base}/openMRG_Radar_180minutes.nc")
    city = xr.open_dataset(f"{base}/openMRG_city_gauges_20150827.nc")
    smhi = xr.open_dataset(f"{base}/openMRG_smhi_gauge_20150827.nc")
    moments = r.time.values.astype("datetime64[s]").astype(int)
    amounts = r.rainfall_amount.values * 5 / 60
    cases = []
    stations = [(str(s), float(lon), float(lat)) for d in (city, smhi)
                for s, lon, lat in zip(d.station_id.values, d.lon.values, d.lat.values)]
    for hour in range(3):
        end = int(moments[0]) - 300 + 3600 * (hour + 1)
        name = f"openmrg{hour}"
        frames = [(int(m), a) for m, a in zip(moments, amounts) if end - 3600 < m <= end]
        write_grid(f"{folder}/{name}.nc", r.x.values, r.y.values, OPENMRG, frames, 300)
        readings = []
        for d, label in ((city, 0), (smhi, 0)):
            t = d.time.values.astype("datetime64[s]").astype(int)
            inside = (t > end - 3600) & (t <= end)
            values = d.rainfall_amount
            values = values.transpose("time", "station_id").values[inside]
            for k, s in enumerate(d.station_id.values):
                if np.isfinite(values[:, k]).all():
                    readings.append((str(s), end, 3600, float(values[:, k].sum())))
        write_tables(folder, name, stations, readings)
        cases.append((f"OpenMRG, hour {hour + 1}, {len(readings)} gauges", f"{folder}/{name}"))
    return cases


def write_tables(folder, name, stations, readings):
    with open(f"{folder}/{name}-stations.csv", "w", newline="") as f:
        w = csv.writer(f)
        w.writerow(["id", "name", "lon", "lat"])
        w.writerows([(s, s, lon, lat) for s, lon, lat in stations])
    with open(f"{folder}/{name}-gauges.csv", "w", newline="") as f:
        w = csv.writer(f)
        w.writerow(["station", "time", "period", "element", "value", "unit"])
        w.writerows([(s, iso(end), f"{seconds}s", "rain", f"{v:.1f}", "mm") for s, end, seconds, v in readings])


def estimate(program, base, method):
    """The report of freshet estimate."""
    command = [program, "estimate", "--radar", f"{base}.nc", "--gauges", f"{base}-gauges.csv", "--stations",
               f"{base}-stations.csv", "--method", method, "-o", f"{base}-out.nc", "--report",
               f"{base}-{method}.json"]
    done = subprocess.run(command, capture_output=True, text=True)
    if done.returncode != 0:
        sys.exit(f"{' '.join(command)}\n{done.stderr}")
    with open(f"{base}-{method}.json") as f:
        return json.load(f)


def rmse(gauge, said):
    said = np.asarray(said, float)
    return float(np.sqrt(np.mean((said - gauge) ** 2)))


def wradlib_adjust(name, xy, gauge, radar, neighbours=60):
    """Left-one-out estimates of an adjustment; radar where the peer gives none."""
    import wradlib
    said = radar.copy()
    for i in range(len(gauge)):
        d = np.hypot(*(xy - xy[i]).T)
        d[i] = np.inf
        j = np.sort(np.argsort(d, kind="stable")[: min(neighbours, len(gauge) - 1)])
        ip = {"nnearest": min(4, len(j))}
        a = getattr(wradlib.adjust, name)(xy[j], np.r_[xy[j], xy[i:i + 1]], nnear_raws=1, mingages=3, **ip)
        value = float(np.ravel(a(gauge[j], np.r_[radar[j], radar[i]]))[-1])
        said[i] = max(0.0, value) if math.isfinite(value) else radar[i]
    return said


def wradlib_drift(xy, gauge, radar, neighbours, covariance):
    import wradlib
    said = radar.copy()
    for i in range(len(gauge)):
        m = np.arange(len(gauge)) != i
        k = wradlib.ipol.ExternalDriftKriging(
            xy[m], np.r_[xy[i:i + 1], xy[i:i + 1] + 1.0], cov=covariance, nnearest=min(neighbours, m.sum()),
            src_drift=radar[m], trg_drift=np.r_[radar[i], radar[i]])
        value = float(np.ravel(k(gauge[m]))[0])
        said[i] = max(0.0, value) if math.isfinite(value) else radar[i]
    return said


def mergeplg_merge(name, xy, gauge, radar, **options):
    from mergeplg import merge
    said = radar.copy()
    stamp = np.datetime64("2021-08-23T09:50")
    for i in range(len(gauge)):
        d = np.hypot(*(xy - xy[i]).T)
        d[i] = np.inf
        j = np.sort(np.argsort(d, kind="stable")[: min(40, len(gauge) - 1)])
        gx, gy = np.r_[xy[j, 0], xy[i, 0]][None, :], np.r_[xy[j, 1], xy[i, 1]][None, :]
        rad = xr.DataArray(
            np.r_[radar[j], radar[i]][None, :], dims=("y", "x"),
            coords={"x_grid": (("y", "x"), gx), "y_grid": (("y", "x"), gy), "lon": (("y", "x"), gx),
                    "lat": (("y", "x"), gy), "x": np.arange(gx.shape[1]), "y": [0], "time": stamp})
        ids = np.array([f"s{q}" for q in j])
        points = xr.DataArray(gauge[j], dims=("id",), coords={
            "id": ids, "x": ("id", xy[j, 0]), "y": ("id", xy[j, 1]), "lon": ("id", xy[j, 0]),
            "lat": ("id", xy[j, 1]), "time": stamp})
        m = getattr(merge, name)(ds_rad=rad.to_dataset(name="R"), ds_gauges=points.to_dataset(name="R"), **options)
        value = float(np.ravel(m(da_rad=rad, da_gauges=points).rainfall.values)[-1])
        said[i] = max(0.0, value) if math.isfinite(value) else radar[i]
    return said


PEERS = [
    ("wradlib mixed", lambda *a: wradlib_adjust("AdjustMixed", *a)),
    ("wradlib additive", lambda *a: wradlib_adjust("AdjustAdd", *a)),
    ("wradlib external drift, 12", lambda *a: wradlib_drift(*a, 12, "1.0 Exp(10000.)")),
    ("wradlib external drift, 24", lambda *a: wradlib_drift(*a, 24, "0.3 Nug(0.) + 0.7 Exp(40000.)")),
    ("mergeplg difference IDW", lambda *a: mergeplg_merge("MergeDifferenceIDW", *a)),
    ("mergeplg difference kriging", lambda *a: mergeplg_merge("MergeDifferenceOrdinaryKriging", *a)),
    ("mergeplg external drift", lambda *a: mergeplg_merge("MergeKrigingExternalDrift", *a)),
]


def compare(program, title, base, totals):
    """One case: the same pairs to everybody."""
    report = estimate(program, base, "auto")
    with open(f"{base}-stations.csv") as f:
        places = {r["id"].upper(): (float(r["lon"]), float(r["lat"])) for r in csv.DictReader(f)}
    rows = [r for r in report["stations"] if r["radar_mm"] is not None and r["left_out_mm"] is not None]
    gauge = np.array([r["gauge_mm"] for r in rows])
    radar = np.array([r["radar_mm"] for r in rows])
    lonlat = np.array([places.get(r["station"].upper(), (np.nan, np.nan))
                       for r in rows])
    middle = math.cos(math.radians(np.nanmean(lonlat[:, 1])))
    xy = np.c_[lonlat[:, 0] * middle, lonlat[:, 1]] * 111194.9
    print(f"\n{title}: {len(rows)} pairs, auto took {report['method']}")
    results = [("radar alone", radar), ("freshet auto", np.array([r["left_out_mm"] for r in rows]))]
    for method in report["methods"]:
        said = {r["station"]: r["left_out_mm"] for r in estimate(program, base, method)["stations"]}
        results.append((f"freshet {method}", np.array([said[r["station"]] for r in rows], float)))
    for name, peer in PEERS:
        try:
            results.append((name, peer(xy, gauge, radar)))
        except Exception as error:  # a peer that fails is told, not hidden
            print(f"  {name}: {type(error).__name__}: {error}")
    for name, said in results:
        totals.setdefault(name, []).append((said - gauge) ** 2)
        print(f"  {name:32s} {rmse(gauge, said):7.4f} mm")


def judge(name, totals):
    """Whether auto holds what is promised, over all pairs of a data set."""
    total = {k: float(np.sqrt(np.mean(np.concatenate(v)))) for k, v in totals.items()}
    auto = total["freshet auto"]
    peers = {k: v for k, v in total.items() if k.startswith(("wradlib", "mergeplg"))}
    best = min(peers, key=peers.get)
    good = auto < total["radar alone"] and auto < total["freshet idw"] and auto <= peers[best] * 1.0000001
    print(f"\n{name}: auto {auto:.4f} mm, radar alone {total['radar alone']:.4f}, inverse distance "
          f"{total['freshet idw']:.4f}, best peer {best} {peers[best]:.4f}: {'good' if good else 'BEHIND'}")
    return good


def speed(program):
    """Seconds of optimal interpolation, gridpp and Freshet in one run; the grid of the peer's own benchmark."""
    import gridpp
    rng = np.random.default_rng(3)
    side, stations = 1000, 2000
    lats, lons = np.meshgrid(np.linspace(28, 32, side), np.linspace(105, 110, side), indexing="ij")
    grid = gridpp.Grid(lats, lons)
    background = np.maximum(0, 5 + 5 * np.sin(lats * 9) * np.cos(lons * 7)).astype(np.float32)
    pl, po = rng.uniform(28.1, 31.9, stations), rng.uniform(105.1, 109.9, stations)
    points = gridpp.Points(pl, po)
    at = gridpp.bilinear(grid, points, background)
    said = (at * rng.lognormal(0, 0.3, stations)).astype(np.float32)
    start = time.perf_counter()
    gridpp.optimal_interpolation(grid, background, points, said, np.full(stations, 0.1, np.float32), at,
                                 gridpp.BarnesStructure(20000), 20)
    peer = time.perf_counter() - start
    text = subprocess.run([program, "bench", "--size", "full", "--only", "merged", "--format", "json"],
                          capture_output=True, text=True).stdout
    print(f"\ngridpp optimal interpolation, {stations} gauges on {side} x {side} cells: {peer:.2f} s")
    for line in json.loads(text)["benchmarks"]:
        note = f", {peer / line['median_seconds']:.0f} times faster" if "2,000 gauges" in line["title"] else ""
        print(f"  {line['title']}: {line['median_seconds']:.3f} s{note}")


def main():
    options = argparse.ArgumentParser()
    options.add_argument("--freshet", default=".build/release/freshet")
    options.add_argument("--keep")
    options.add_argument("--no-speed", action="store_true")
    chosen = options.parse_args()
    data = os.environ.get("FRESHET_DATA")
    if not data:
        sys.exit("set FRESHET_DATA to the folder with the real storms")
    folder = chosen.keep or tempfile.mkdtemp()
    os.makedirs(folder, exist_ok=True)
    good = True
    for name, make in (("DWD RY", dwd), ("OpenMRG", openmrg)):
        totals = {}
        for title, base in make(data, folder):
            compare(chosen.freshet, title, base, totals)
        good = judge(name, totals) and good
    if not chosen.no_speed:
        speed(chosen.freshet)
    sys.exit(0 if good else 1)


if __name__ == "__main__":
    main()
