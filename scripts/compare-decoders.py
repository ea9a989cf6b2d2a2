"""What Freshet reads beside what public decoders read; see compare-decoders."""

import argparse
import csv
import glob
import gzip
import os
import re
import subprocess
import sys
import tempfile
import warnings
from importlib.metadata import version

import eccodes
import h5py
import netCDF4
import numpy as np
import rasterio
from pymetdecoder import synop as synop_decoder


warnings.filterwarnings("ignore")


class Table:
    """Counts of what was compared, and the first differences in words."""

    def __init__(self):
        self.lines, self.differences, self.negative = [], [], 0

    def add(self, what, decoder, files, values, wrong):
        self.lines.append((what, decoder, files, values, wrong))

    def differ(self, words):
        if len(self.differences) < 40:
            self.differences.append(words)

    def show(self):
        print("| files | decoder | number | values compared | different |")
        print("|---|---|---:|---:|---:|")
        for what, decoder, files, values, wrong in self.lines:
            print(f"| {what} | {decoder} | {files} | {values:,} | {wrong:,} |")
        if self.negative:
            print(f"\n{self.negative} cells hold less than no rain and are missing for Freshet.")
        for words in self.differences:
            print(words)
        return any(line[4] or not line[3] for line in self.lines)


class Freshet:
    def __init__(self, program, folder):
        self.program, self.folder = program, folder

    def run(self, *words):
        done = subprocess.run([self.program, *words], capture_output=True, text=True)
        if done.returncode:
            sys.exit(f"{' '.join(words)}: {done.stderr[-400:]}")

    def grid(self, path, *options):
        """All times of a grid, rows from the north; missing is NaN."""
        out = os.path.join(self.folder, "grid.nc")
        self.run("convert", path, "-o", out, *options)
        with netCDF4.Dataset(out) as file:
            variable = [v for v in file.variables.values() if v.ndim == 3][0]
            return np.ma.filled(variable[:].astype(np.float32), np.nan)

    def readings(self, paths):
        """Readings by station, time, period and element, from the table that convert writes."""
        out = os.path.join(self.folder, "readings.csv")
        self.run("convert", *paths, "-o", out)
        with open(out) as file:
            rows = list(csv.DictReader(file))
        return {(r["station"], r["time"], r["period"], r["element"]): r["value"] for r in rows}


def cells(table, what, own, theirs):
    """How many cells are equal: missing with missing, and values to the last bit of a 32-bit float."""
    theirs = np.asarray(theirs, np.float64).astype(np.float32)
    # Smoothing leaves cells a little below no rain in some files: Freshet takes them as missing.
    table.negative += int((theirs < 0).sum())
    theirs = np.where(theirs < 0, np.float32(np.nan), theirs)
    if own.shape != theirs.shape:
        table.differ(f"{what}: shape {own.shape}, the decoder has {theirs.shape}")
        return own.size, own.size
    same = (own == theirs) | (np.isnan(own) & np.isnan(theirs))
    # Products of a scale may differ by the order of rounding, never by more.
    same |= np.abs(own - theirs) <= np.spacing(np.abs(theirs))
    wrong = int((~same).sum())
    if wrong:
        at = tuple(int(i) for i in np.argwhere(~same)[0])
        table.differ(f"{what}: {wrong} cells, the first at {at}: {own[at]}, the decoder {theirs[at]}")
    return own.size, wrong


def grids(table, what, decoder, files, own, theirs):
    values = wrong = 0
    for path in files:
        size, bad = cells(table, os.path.basename(path), own(path), theirs(path))
        values, wrong = values + size, wrong + bad
    table.add(what, decoder, len(files), values, wrong)


def series(table, freshet, files):
    """Gauges in netCDF; less than a twentieth of a millimetre is a trace, of no depth."""
    count = wrong = 0
    for path in files:
        own = {(station, time): value
               for (station, time, _, element), value in freshet.readings([path]).items()
               if element == "rain"}
        for key, value in by_series(path).items():
            text = own.get(key)
            count += 1
            if np.isnan(value):
                same = text == ""
            elif 0 < value < 0.05:
                same = text == "T"
            else:
                same = text not in (None, "", "T") and abs(round(float(text) * 10) - tenths(value)) == 0
            if not same:
                wrong += 1
                table.differ(f"{os.path.basename(path)} {key}: {text!r}, netCDF4 {value}")
    table.add("OpenMRG gauges, netCDF-4", f"netCDF4 {netCDF4.__version__}", len(files), count, wrong)


def probabilities(table, freshet, files):
    """Probabilities are refused, each message by name with the limit that ecCodes reads."""
    count = wrong = 0
    for path in files:
        done = subprocess.run([freshet.program, "inspect", path], capture_output=True, text=True)
        with open(path, "rb") as file:
            number = 0
            while (handle := eccodes.codes_grib_new_from_file(file)) is not None:
                number, count = number + 1, count + 1
                lower = eccodes.codes_get(handle, "scaledValueOfLowerLimit") \
                    / 10 ** eccodes.codes_get(handle, "scaleFactorOfLowerLimit")
                words = f"message {number}: probability of total precipitation (from {lower:g} "
                if done.returncode != 3 or words not in done.stderr:
                    wrong += 1
                    table.differ(f"{os.path.basename(path)}: not refused as “{words}”")
                eccodes.codes_release(handle)
    table.add("CMA-GEPS probabilities, GRIB 2: refused by name", f"ecCodes {eccodes.codes_get_api_version()}",
              len(files), count, wrong)


# Grids

def by_netcdf(path, name):
    with netCDF4.Dataset(path) as file:
        variable = file[name]
        values = np.ma.filled(variable[:].astype(np.float64), np.nan)
        y = file["y"][:]
        values = values if values.ndim == 3 else values[None]
        return values[:, ::-1] if y[0] < y[-1] else values


def by_series(path):
    """Rain of stations over time: tenths by station and end of the period."""
    with netCDF4.Dataset(path) as file:
        rain = file["rainfall_amount"]
        values = np.ma.filled(rain[:].astype(np.float64), np.nan)
        if rain.dimensions[0] == "station_id":
            values = values.T
        ends = netCDF4.num2date(file["time"][:], file["time"].units, only_use_cftime_datetimes=False)
        return {(str(station), f"{end:%Y-%m-%dT%H:%M:%SZ}"): values[i, j]
                for i, end in enumerate(ends) for j, station in enumerate(file["station_id"][:])}


def by_knmi(path):
    with h5py.File(path) as file:
        raw = file["image1/image_data"][:]
        calibration = file["image1/calibration"].attrs
        formula = calibration["calibration_formulas"]
        formula = formula.decode() if isinstance(formula, bytes) else str(formula)
        gain, offset = (float(x) for x in re.match(r"GEO=([-\d.]+)\*PV\+([-\d.]+)", formula).groups())
        missing = int(np.atleast_1d(calibration["calibration_missing_data"])[0])
        return np.where(raw == missing, np.nan, raw * gain + offset)[None]


def by_odim(path):
    with h5py.File(path) as file:
        raw = file["dataset1/data1/data"][:].astype(np.float64)
        what = dict(file["dataset1/what"].attrs) if "what" in file["dataset1"] else {}
        if "what" in file["dataset1/data1"]:
            what |= dict(file["dataset1/data1/what"].attrs)
        values = raw * float(what["gain"]) + float(what["offset"])
        values[raw == float(what["undetect"])] = 0
        values[raw == float(what["nodata"])] = np.nan
        return values[None]


def by_eccodes(path):
    with open(path, "rb") as file:
        handle = eccodes.codes_grib_new_from_file(file)
        rows, columns = eccodes.codes_get(handle, "Nj"), eccodes.codes_get(handle, "Ni")
        values = eccodes.codes_get_values(handle).reshape(rows, columns)
        eccodes.codes_release(handle)
    # MRMS: -3 no coverage, -1 missing.
    return np.where((values == -3) | (values == -1), np.nan, values)[None]


def by_formula(path):
    """RADOLAN: header to ETX, then 16-bit numbers from the south; clutter and no data are missing."""
    raw = gzip.open(path).read() if path.endswith(".gz") else open(path, "rb").read()
    end = raw.index(b"\x03")
    header = raw[:end].decode("latin-1")
    precision = 10.0 ** int(re.search(r"PR\s*E([-+]\d+)", header).group(1))
    rows, columns = (int(n) for n in re.search(r"GP\s*(\d+)x\s*(\d+)", header).groups())
    words = np.frombuffer(raw[end + 1:], "<u2").reshape(rows, columns)
    values = (words & 0x0FFF) * precision
    values = np.where(words & 0x4000, -values, values)
    return np.where(words & 0xA000, np.nan, values)[::-1][None]


def rasters(table, freshet, folder, field):
    """A real field written by GDAL in several ways, read by Freshet and again by GDAL."""
    known = np.nan_to_num(field, nan=-1.0)
    kinds = [
        ("deflate.tif", "GTiff", "float32", -1, {"compress": "deflate", "tiled": True}, 1),
        ("lzw.tif", "GTiff", "uint16", 65535, {"compress": "lzw", "predictor": 2}, 0.01),
        ("packbits.tif", "GTiff", "int32", -9999, {"compress": "packbits"}, 0.01),
        ("south.tif", "GTiff", "float64", -1, {}, 1),
        ("grid.asc", "AAIGrid", "float32", -1, {}, 1),
        ("image.img", "HFA", "float32", -1, {}, 1),
    ]
    values = wrong = 0
    for name, driver, kind, nodata, options, scale in kinds:
        path = os.path.join(folder, name)
        rows, columns = known.shape
        step = -0.01 if name == "south.tif" else 0.01
        transform = rasterio.Affine(0.01, 0, 105, 0, -step, 30 if step > 0 else 30 - 0.01 * rows)
        stored = np.where(np.isnan(field), nodata, np.round(known / scale) if scale != 1 else known)
        stored = (stored[::-1] if step < 0 else stored).astype(kind)
        profile = dict(driver=driver, width=columns, height=rows, count=1, dtype=kind, nodata=nodata,
                       transform=transform, crs="EPSG:4326", **options)
        with rasterio.open(path, "w", **profile) as file:
            file.write(stored, 1)
            if scale != 1:
                file.scales = (scale,)
        with rasterio.open(path) as file:
            theirs = np.ma.filled(file.read(1, masked=True).astype(np.float64), np.nan)
            theirs = theirs * file.scales[0] + file.offsets[0]
        # An ESRI grid names no coordinate reference system.
        place = ["--projection", "EPSG:4326"] if driver == "AAIGrid" else []
        own = freshet.grid(path, "--unit", "mm", "--step", "1h", *place)
        size, bad = cells(table, name, own[0], theirs[::-1] if step < 0 else theirs)
        values, wrong = values + size, wrong + bad
    table.add("GeoTIFF, ESRI ASCII, ERDAS written by GDAL", f"GDAL {rasterio.__gdal_version__}",
              len(kinds), values, wrong)


# Stations

def tenths(number, scale=10, offset=0.0):
    """Halves away from zero, as decimals are rounded by hand."""
    exact = number * scale + offset
    return int(np.floor(abs(exact) + 0.5 + 1e-9) * np.sign(exact))


def compare_values(table, what, decoder, files, pairs, own):
    wrong = 0
    for key, expected in pairs.items():
        text = own.get(key)
        said = None if text in (None, "") else 0 if text == "T" else tenths(float(text))
        if said != expected:
            wrong += 1
            table.differ(f"{what}: {key}: {text}, the decoder {expected} tenths")
    table.add(what, decoder, files, len(pairs), wrong)


def by_bufr(path, station):
    """Temperature, pressure and wind of the first sensor, in tenths."""
    with open(path, "rb") as file:
        handle = eccodes.codes_bufr_new_from_file(file)
        eccodes.codes_set(handle, "unpack", 1)

        def value(key):
            try:
                number = eccodes.codes_get_double(handle, key)
            except eccodes.CodesInternalError:
                return None
            return None if abs(number) > 1e99 else number

        parts = [int(eccodes.codes_get(handle, f"#1#{p}")) for p in
                 ("year", "month", "day", "hour", "minute")]
        time = "{:04d}-{:02d}-{:02d}T{:02d}:{:02d}:00Z".format(*parts)
        found = {
            (station, time, "0s", "temperature"): (value("#1#airTemperature"), 10, -2731.5),
            (station, time, "0s", "pressure"): (value("#1#nonCoordinatePressure"), 0.1, 0),
            (station, time, "10min", "wind_speed"): (value("#1#windSpeed"), 10, 0),
            (station, time, "10min", "wind_direction"): (value("#1#windDirection"), 10, 0),
        }
        eccodes.codes_release(handle)
    return {key: tenths(*number) for key, number in found.items() if number[0] is not None}


def bufr(table, freshet, data):
    files = sorted(glob.glob(f"{data}/aws/**/*.bufr", recursive=True)
                   + glob.glob(f"{data}/aws/**/*.bin", recursive=True))
    own, pairs = {}, {}
    for path in files:
        readings = freshet.readings([path])
        own |= readings
        pairs |= by_bufr(path, next(iter(readings))[0])
    compare_values(table, "BUFR, temperature, pressure, wind", f"ecCodes {eccodes.codes_get_api_version()}",
                   len(files), pairs, own)


def synop(table, freshet, data):
    """The values of every report: temperature, sea level reports left out, rain of sections 1 and 3."""
    files = sorted(glob.glob(f"{data}/aws/synop-text/**/A_*.txt", recursive=True))
    pairs, own, wrong_files = {}, {}, 0
    for path in files:
        mine = freshet.readings([path])
        own |= {(path, *key): value for key, value in mine.items()}
        times = {key[0]: key[1] for key in mine}
        text = open(path, encoding="latin-1").read().replace("\r", "")
        heading = re.search(r"AAXX\s+(\d{4})(\d)", text)
        for report in re.split(r"=", text[heading.end():]):
            words = report.split()
            if not words or not re.fullmatch(r"\d{5}", words[0]) or words[1:2] == ["NIL"]:
                continue
            line = f"AAXX {heading.group(1)}{heading.group(2)} " + " ".join(words)
            try:
                said = synop_decoder.SYNOP().decode(line)
            except Exception:
                wrong_files += 1
                continue
            station, time = words[0], times.get(words[0])
            celsius = (said.get("air_temperature") or {}).get("value")
            if celsius is not None:
                pairs[(path, station, time, "0s", "temperature")] = tenths(celsius)
            hectopascal = (said.get("station_pressure") or {}).get("value")
            if hectopascal is not None:
                pairs[(path, station, time, "0s", "pressure")] = tenths(hectopascal)
            for name in ("precipitation_s1", "precipitation_s3"):
                group = said.get(name) or {}
                hours = (group.get("time_before_obs") or {}).get("value")
                amount = (group.get("amount") or {}).get("value")
                if hours and amount is not None:
                    pairs[(path, station, time, f"{hours}h", "rain")] = tenths(amount)
    compare_values(table, "SYNOP, temperature, pressure, rain", f"pymetdecoder {version('pymetdecoder')}",
                   len(files), pairs, own)
    if wrong_files:
        table.differ(f"({wrong_files} reports that pymetdecoder cannot read are left out)")


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--freshet", default=".build/release/freshet")
    parser.add_argument("--data", default=os.environ.get("FRESHET_DATA", "../shared/data"))
    options = parser.parse_args()
    data, table = options.data, Table()
    if not os.path.isdir(data):
        sys.exit("no real files: let FRESHET_DATA name their folder")

    def files(pattern):
        return sorted(glob.glob(f"{data}/{pattern}"))

    with tempfile.TemporaryDirectory() as folder:
        freshet = Freshet(options.freshet, folder)
        grids(table, "Bureau of Meteorology, netCDF-4", f"netCDF4 {netCDF4.__version__}", files("radar/bom-*/*.nc"),
              freshet.grid, lambda path: by_netcdf(path, "precipitation"))
        polar = "+proj=stere +lat_0=90 +lat_ts=60 +lon_0=10 +a=6370040 +b=6370040 +units=m"
        grids(table, "DWD RADOLAN RY, netCDF-4", f"netCDF4 {netCDF4.__version__}", files("radar/dwd-ry-*/*.nc"),
              lambda path: freshet.grid(path, "--unit", "mm", "--projection", polar),
              lambda path: by_netcdf(path, "RY"))
        grids(table, "OpenMRG radar, amounts, netCDF-4", f"netCDF4 {netCDF4.__version__}",
              files("gauges/openmrg-*/openMRG_Radar_*.nc"),
              lambda path: freshet.grid(path, "--unit", "mm"),
              lambda path: by_netcdf(path, "rainfall_amount"))
        grids(table, "OpenMRG radar, rates, netCDF-4", f"netCDF4 {netCDF4.__version__}",
              files("gauges/openmrg-*/openMRG_example_*.nc"), freshet.grid,
              lambda path: by_netcdf(path, "rainfall"))
        grids(table, "KNMI, HDF5", f"h5py {h5py.__version__}", files("radar/knmi-*/*.h5"), freshet.grid,
              by_knmi)
        grids(table, "OPERA, ODIM_H5", f"h5py {h5py.__version__}", files("radar/format-samples/*.hdf"),
              freshet.grid, by_odim)
        grids(table, "MRMS, GRIB 2", f"ecCodes {eccodes.codes_get_api_version()}",
              files("radar/format-samples/*.grib2"), lambda path: freshet.grid(path, "--step", "2min"),
              by_eccodes)
        radolan = files("radar/format-samples/raa01-*")
        grids(table, "RADOLAN, binary", "its formula", radolan, freshet.grid, by_formula)
        rasters(table, freshet, folder, freshet.grid(radolan[0])[0])
        series(table, freshet, files("gauges/openmrg-*/*gauge*.nc"))
        probabilities(table, freshet, files("nwp/cma-geps-*/*.grib2"))
        bufr(table, freshet, data)
        synop(table, freshet, data)
    sys.exit(1 if table.show() else 0)


if __name__ == "__main__":
    main()
