"""Plants faults into gauge data and counts what is found; see quality-faults."""

import argparse
import csv
import datetime
import os
import pathlib
import subprocess
import tempfile
import time

import netCDF4
import numpy as np
import titanlib

EPOCH = datetime.datetime(2024, 7, 1)


class Network:
    """Hourly rain in mm, shape [hours, stations], NaN where missing, and radar at the same hours."""

    def __init__(self, name, lon, lat, rain, start, radar=()):
        self.name, self.lon, self.lat = name, np.array(lon, float), np.array(lat, float)
        self.rain, self.start, self.radar = np.array(rain, float), start, list(radar)
        self.ids = [f"S{i:04d}" for i in range(len(lon))]


def openmrg(data):
    folder = data / "gauges/openmrg-20150827"
    if not folder.exists():
        return None
    with netCDF4.Dataset(folder / "openMRG_city_gauges_20150827.nc") as file:
        minutes = np.ma.filled(file["rainfall_amount"][:].astype(float), np.nan)
        lon, lat = file["lon"][:], file["lat"][:]
    hours = minutes.reshape(24, 60, -1).sum(axis=1)
    return Network("OpenMRG, 10 gauges, 24 h", lon, lat, hours, datetime.datetime(2015, 8, 27, 1))


def dwd(data):
    folder = data / "radar/dwd-ry-20210823"
    if not folder.exists():
        return None
    with open(folder / "radolan_rain_gauge_data.csv", encoding="latin-1") as file:
        rows = list(csv.DictReader(file))
    lon = [float(r["longitude"]) for r in rows]
    lat = [float(r["latitude"]) for r in rows]
    rain = [[float(r["rainfall_amount"]) for r in rows]]
    return Network(f"DWD, {len(rows)} gauges, 1 h", lon, lat, rain,
                   datetime.datetime(2021, 8, 23, 9, 50))


def from_radar(data, count, seed=1, reach=120):
    """Pseudo-gauges: real radar rain of a day at random places within `reach` km of the radar, with the
    scatter of real gauges. Farther out the field has faults of its own, which no gauge network without
    faults would have: cells without rain amid 30 mm (none within 120 km, up to 6 in a thousand beyond),
    and an upper edge along which the day's rain falls from 30 mm to 2 mm over ten rows."""
    files = sorted((data / "radar/bom-brisbane-20201031").glob("*.nc"))
    if len(files) < 144:
        return None
    rng = np.random.default_rng(seed)
    frames = []
    for path in files[1:] if len(files) > 144 else files:
        with netCDF4.Dataset(path) as file:
            file.set_auto_maskandscale(True)
            frames.append(np.ma.filled(file["precipitation"][:].astype(float), np.nan))
            x, y = file["x"][:].astype(float), file["y"][:].astype(float)
    frames = np.array(frames)[: len(frames) // 6 * 6]
    hours = frames.reshape(-1, 6, *frames.shape[1:]).sum(axis=1)
    near = np.hypot(x[None, :] - x.mean(), y[:, None] - y.mean()) <= reach
    inside = np.argwhere(np.isfinite(hours).all(axis=0) & near)
    places = inside[rng.choice(len(inside), count, replace=False)]
    rain = hours[:, places[:, 0], places[:, 1]] * rng.lognormal(0, 0.15, (len(hours), count))
    rain = np.round(rain / 0.2) * 0.2
    # A local tangent plane is near enough for distances: the faults are what is tested.
    lat = -27.7178 + y[places[:, 0]] / 111.2
    lon = 153.24 + x[places[:, 1]] / (111.2 * np.cos(np.radians(27.7)))
    return Network(f"Brisbane radar as {count} gauges, {len(hours)} h", lon, lat, rain,
                   datetime.datetime(2020, 10, 31, 0))


def weeks(count=60, days=28, seed=4):
    """Four weeks of moving showers over a district with truth known: the faults that take long."""
    rng = np.random.default_rng(seed)
    x, y = rng.uniform(0, 60, count), rng.uniform(0, 60, count)
    rain = np.zeros((days * 24, count))
    hour = 0
    while hour < days * 24:
        hour += int(rng.integers(10, 60))
        length = int(rng.integers(3, 14))
        for step in range(length):
            if hour + step >= days * 24:
                break
            stratiform = rng.gamma(1.5, 0.7)
            field = np.full(count, stratiform if rng.random() < 0.6 else 0.0)
            for _ in range(int(rng.integers(2, 7))):
                cx, cy, size = rng.uniform(-10, 70), rng.uniform(-10, 70), rng.uniform(4, 14)
                field += rng.gamma(2, 5) * np.exp(-((x - cx) ** 2 + (y - cy) ** 2) / (2 * size**2))
            rain[hour + step] = field * rng.lognormal(0, 0.12, count)
        hour += length
    rain = np.round(rain, 1)
    return Network(f"Synthetic showers, {count} gauges, {days} days", 106.5 + x / 97.3,
                   29 + y / 111.2, rain, EPOCH)


def plant(network, fault, rng):
    """Values with the fault in some stations, the planted mask, and the places as stated."""
    rain, lon, lat = network.rain.copy(), network.lon.copy(), network.lat.copy()
    hours, count = rain.shape
    share = 0.06 if count < 500 else 0.01
    wet = np.nansum(rain > 0.5, axis=0)
    candidates = np.argsort(-wet, kind="stable")[: max(1, int(count * 0.9))]
    chosen = rng.choice(candidates, max(1, round(count * share)), replace=False)
    mask = np.zeros_like(rain, bool)
    for station in chosen:
        column = rain[:, station].copy()
        wet_hours = np.flatnonzero(column >= 1)
        if fault == "blocked":
            rain[:, station] = 0
            mask[:, station] = column >= 1
        elif fault == "stuck":
            if hours < 6:
                continue
            first = int(rng.integers(0, max(1, hours - 8)))
            rain[first : first + 8, station] = 3.4
            mask[first : first + 8, station] = True
        elif fault == "spike":
            hour = int(rng.integers(0, hours))
            rain[hour, station] = column[hour] + rng.uniform(60, 180)
            mask[hour, station] = True
        elif fault == "x10":
            rain[:, station] = column * 10
            mask[:, station] = column >= 1
        elif fault == "inches":
            rain[:, station] = np.round(column / 25.4, 1)
            mask[:, station] = column >= 2
        elif fault == "shifted 8 h":
            if hours < 20:
                continue
            rain[:, station] = np.roll(column, 8)
            rain[:8, station] = 0
            mask[:, station] = np.abs(rain[:, station] - column) >= 1
        elif fault == "swapped lon/lat":
            lon[station], lat[station] = lat[station], lon[station]
            mask[:, station] = True
        elif fault.startswith("under-catch"):
            part = 1 - int(fault.split()[1].rstrip("%")) / 100
            rain[:, station] = np.round(column * part, 1)
            mask[:, station] = column >= 1
    return rain, mask, lon, lat


def judge(program, network, rain, lon, lat, folder):
    """Codes of `freshet quality`, shape [hours, stations]."""
    with open(folder / "stations.csv", "w") as file:
        file.write("id,name,lon,lat,altitude_m,kind\n")
        for i, name in enumerate(network.ids):
            file.write(f"{name},{name},{lon[i]:.6f},{lat[i]:.6f},,rain\n")
    with open(folder / "readings.csv", "w") as file:
        file.write("station,time,period,element,value,unit,quality\n")
        for h in range(rain.shape[0]):
            end = (network.start + datetime.timedelta(hours=h)).strftime("%Y-%m-%dT%H:%M:%SZ")
            for i, name in enumerate(network.ids):
                if np.isfinite(rain[h, i]):
                    file.write(f"{name},{end},1h,rain,{rain[h, i]:.1f},mm,9\n")
    subprocess.run([program, "quality", folder / "readings.csv", "--stations",
                    folder / "stations.csv", "-o", folder / "verdicts.csv"], check=True,
                   stderr=subprocess.DEVNULL)
    codes = np.full(rain.shape, 8)
    index = {name: i for i, name in enumerate(network.ids)}
    with open(folder / "verdicts.csv") as file:
        for row in csv.DictReader(file):
            end = datetime.datetime.strptime(row["period_end"], "%Y-%m-%dT%H:%M:%SZ")
            hour = int((end - network.start).total_seconds() // 3600)
            codes[hour, index[row["station"]]] = int(row["quality"])
    return codes


def peer(rain, lon, lat, strictness=1.0):
    """Flags of titanlib, hour by hour: buddy check and spatial consistency test, either of the two.

    Thresholds in standard deviations are multiplied by the strictness."""
    flags = np.zeros(rain.shape, bool)
    count = rain.shape[1]
    ok = np.abs(lat) <= 90
    points = titanlib.Points(lat[ok], lon[ok], np.zeros(ok.sum()))
    n = int(ok.sum())
    one = np.ones(n, np.float32)
    for h in range(rain.shape[0]):
        values = rain[h, ok].astype(np.float32)
        if not np.isfinite(values).all() or not (values > 0).any():
            continue
        root = np.sqrt(values)
        buddy = titanlib.buddy_check(points, root, np.full(n, 30000.0), np.full(n, 3),
                                     3.0 * strictness, 200.0,
                                     0.0, 0.5, 2)
        limit = 16 * strictness**2 * one
        sct = titanlib.sct(points, root, 5, 50, 50000.0, 100000.0, 2, 20, 200.0, 10000.0, 200.0,
                           limit, limit, 0.5 * one)[0]
        flags[h, ok] = (np.array(buddy) > 0) | (np.array(sct) > 0)
    return flags


FAULTS = ["blocked", "stuck", "spike", "x10", "inches", "shifted 8 h", "swapped lon/lat",
          "under-catch 20%", "under-catch 35%", "under-catch 50%"]


def percent(part, whole):
    return "–" if whole == 0 else f"{100 * part / whole:.0f} %"


def equally_quiet(networks, share):
    """The least strictness at which titanlib flags no more of the data without faults than `share`."""
    for strictness in (1.0, 1.1, 1.2, 1.35, 1.5, 1.75, 2.0, 2.5, 3.0, 4.0, 6.0):
        if mean_share([(peer(n.rain, n.lon, n.lat, strictness), n) for n in networks]) <= share:
            break
    return strictness


def mean_share(flags):
    """Flagged share of the known values of several networks."""
    flagged = sum((mine & np.isfinite(n.rain)).sum() for mine, n in flags)
    return flagged / sum(np.isfinite(n.rain).sum() for _, n in flags)


def table(program, networks, folder, seed):
    """One table over networks of one kind."""
    cleans = [judge(program, n, n.rain, n.lon, n.lat, folder) for n in networks]
    peers = [peer(n.rain, n.lon, n.lat) for n in networks]
    share = mean_share([(np.isin(clean, [1, 2]), n) for clean, n in zip(cleans, networks)])
    peer_share = mean_share(list(zip(peers, networks)))
    wrong = suspect = peer_largest = 0
    for clean, theirs, n in zip(cleans, peers, networks):
        order = np.argsort(-np.nan_to_num(n.rain, nan=-1).ravel(), kind="stable")[:100]
        wrong += int((clean.ravel()[order] == 2).sum())
        suspect += int((clean.ravel()[order] == 1).sum())
        peer_largest += int(theirs.ravel()[order].sum())
    quiet = equally_quiet(networks, share)
    largest = "the 100 largest values" + (" of each" if len(networks) > 1 else "")
    print(f"\n### {networks[0].name}" + (f", {len(networks)} draws" if len(networks) > 1 else "") + "\n")
    print(f"Without faults: flagged {1000 * share:.1f} ‰ (titanlib {1000 * peer_share:.1f} ‰); of {largest} "
          f"{wrong} called wrong, {suspect} suspect (titanlib flags {peer_largest}). Equally quiet: titanlib's "
          f"thresholds times {quiet:g}.\n")
    print("| fault | planted values | found | false alarms elsewhere | titanlib found | titanlib false "
          "alarms | titanlib equally quiet |")
    print("|---|---|---|---|---|---|---|")
    for fault in FAULTS:
        rng = np.random.default_rng(seed)
        planted = found = false = others = peer_found = peer_false = quiet_found = 0
        for network in networks * 3:
            rain, mask, lon, lat = plant(network, fault, rng)
            if not mask.any():
                continue
            known = np.isfinite(network.rain)
            mine = np.isin(judge(program, network, rain, lon, lat, folder), [1, 2])
            other = peer(rain, lon, lat)
            touched = mask.any(axis=0)
            planted += mask.sum()
            found += (mine & mask).sum()
            peer_found += (other & mask).sum()
            quiet_found += ((other if quiet == 1 else peer(rain, lon, lat, quiet)) & mask).sum()
            others += known[:, ~touched].sum()
            false += (mine & known)[:, ~touched].sum()
            peer_false += (other & known)[:, ~touched].sum()
        if planted == 0:
            print(f"| {fault} | – | | | | | |")
            continue
        print(f"| {fault} | {planted} | {percent(found, planted)} | {1000 * false / others:.1f} ‰ | "
              f"{percent(peer_found, planted)} | {1000 * peer_false / others:.1f} ‰ | "
              f"{percent(quiet_found, planted)} |")


def speed(program, count=20000):
    """All checks on one hour of a large network beside the peer's two."""
    rng = np.random.default_rng(3)
    lat, lon = rng.uniform(20, 45, count), rng.uniform(90, 120, count)
    values = (5 + 3 * np.sin(lat) + rng.normal(0, 0.5, count)).astype(np.float32)
    values[rng.integers(0, count, count // 50)] += 40
    points = titanlib.Points(lat, lon, np.zeros(count))
    one = np.ones(count, np.float32)
    start = time.perf_counter()
    titanlib.sct(points, values, 5, 50, 50000.0, 100000.0, 2, 20, 200.0, 10000.0, 200.0, 4 * one,
                 4 * one, 0.5 * one)
    titanlib.buddy_check(points, values, np.full(count, 50000.0), np.full(count, 3), 3.0, 200.0,
                         0.0, 1.0, 2)
    theirs = time.perf_counter() - start
    out = subprocess.run([program, "bench", "--size", "full", "--only", "quality", "--format", "json"],
                         capture_output=True, text=True)
    print(f"\ntitanlib, {count} stations, one hour: buddy + spatial consistency {theirs:.2f} s")
    if out.returncode == 0:
        print(out.stdout)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--freshet", default=".build/release/freshet")
    parser.add_argument("--data", default=os.environ.get("FRESHET_DATA", ""))
    parser.add_argument("--only", default="")
    parser.add_argument("--seed", type=int, default=7)
    parser.add_argument("--draws", default="61,62,63")
    parser.add_argument("--reach", type=float, default=120)
    options = parser.parse_args()
    data = pathlib.Path(options.data) if options.data else None
    kinds = [[weeks()]]
    if data and data.exists():
        kinds += [[openmrg(data)], [dwd(data)],
                  [from_radar(data, 200, int(draw), options.reach)
                   for draw in options.draws.split(",")]]
    else:
        print("No data folder: real networks are left out (FRESHET_DATA or --data).")
    with tempfile.TemporaryDirectory() as folder:
        for networks in kinds:
            if networks[0] is not None and options.only in networks[0].name:
                table(options.freshet, networks, pathlib.Path(folder), options.seed)
    if not options.only:
        speed(options.freshet)


if __name__ == "__main__":
    main()
