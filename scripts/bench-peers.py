"""Times peers of Freshet on the inputs of `freshet bench`; see bench-peers."""

import argparse
import concurrent.futures
import multiprocessing
import json
import pathlib
import statistics
import subprocess
import sys
import tempfile
import time

import exactextract
import geopandas
import netCDF4
import numpy
import scipy
import scipy.sparse
import shapely
from exactextract.feature import Feature, FeatureSource
from exactextract.raster import NumPyRasterSource


class Basin(Feature):
    """A basin in memory, in the form that the peer reads fastest."""

    def __init__(self, identifier, wkb):
        Feature.__init__(self)
        self.identifier, self.wkb = identifier, wkb

    def get(self, name):
        return self.identifier

    def geometry(self):
        return self.wkb

    def fields(self):
        return ["id"]


class Basins(FeatureSource):
    def __init__(self, path):
        super().__init__()
        features = json.loads(path.read_text())["features"]
        self.basins = [
            Basin(f["properties"]["id"], shapely.to_wkb(shapely.geometry.shape(f["geometry"])))
            for f in features
        ]

    def count(self):
        return len(self.basins)

    def __iter__(self):
        return iter(self.basins)

    def srs_wkt(self):
        return None


def timed(count, body):
    """Seconds of `count` runs after one that is not counted, and the result of the last."""
    result = body()
    seconds = []
    for _ in range(count):
        start = time.perf_counter()
        result = body()
        seconds.append(time.perf_counter() - start)
    return seconds, result


def read_frame(path):
    with netCDF4.Dataset(path) as file:
        values = file["rain"][0]
        bounds = [float(v) for v in (file["lon"][0], file["lon"][-1], file["lat"][0], file["lat"][-1])]
    return numpy.ma.filled(values.astype("f4"), numpy.nan), bounds


def read_plainly(path):
    """As everybody does: scaled and masked by the library."""
    with netCDF4.Dataset(path) as file:
        return file["rain"][0]


def raster_of(values, bounds):
    rows, columns = values.shape
    half = (bounds[1] - bounds[0]) / (columns - 1) / 2
    edges = [bounds[0] - half, bounds[3] - half, bounds[1] + half, bounds[2] + half]
    # Exact edges, as the grid is meant: hundredths of a degree.
    west, south, east, north = [round(edge, 6) for edge in edges]
    return NumPyRasterSource(values, west, south, east, north, nodata=float("nan"))


def weight_matrix(answer, cells):
    """Weights of basins (rows) for cells (columns)."""
    lengths = [len(row["properties"]["coverage"]) for row in answer]
    indptr = numpy.concatenate([[0], numpy.cumsum(lengths)])
    indices = numpy.concatenate([row["properties"]["cell_id"] for row in answer])
    weights = numpy.concatenate([row["properties"]["coverage"] for row in answer]).astype("f8")
    return scipy.sparse.csr_matrix((weights, indices, indptr), shape=(len(answer), cells))


def country_matrix(rows, columns, side, first_row, first_column):
    """Shares of cells of side x side squares of five and a half cells: as many numbers for each basin
    as an exact tool would have kept."""
    edges = numpy.arange(side + 1) * 5.5

    def shares(first):
        for low, high in zip(edges[:-1], edges[1:]):
            cells = numpy.arange(int(low), int(numpy.ceil(high)))
            cover = numpy.minimum(cells + 1, high) - numpy.maximum(cells, low)
            yield cells + first, cover

    across = list(shares(first_column))
    indices, weights, indptr = [], [], [0]
    for cells_down, cover_down in shares(first_row):
        for cells_across, cover_across in across:
            indices.append((cells_down[:, None] * columns + cells_across).ravel())
            weights.append((cover_down[:, None] * cover_across).ravel())
            indptr.append(indptr[-1] + indices[-1].size)
    return scipy.sparse.csr_matrix(
        (numpy.concatenate(weights).astype("f4"), numpy.concatenate(indices).astype("i4"),
         numpy.array(indptr)), shape=(side * side, rows * columns))


def country_cycles(path, side, count):
    """Seconds of whole cycles as NumPy, netCDF4 and SciPy do them: read, five sums, means, levels.

    It has less to do than Freshet: five windows and not nine, no largest cell, no townships, and the
    frame that leaves is at hand (it is taken to be half of the one that enters)."""
    values = read_plainly(path)
    rows, columns = values.shape
    matrix = country_matrix(rows, columns, side, 10, 100)
    areas = numpy.asarray(matrix.sum(1)).ravel()
    windows = 5
    sums = [numpy.zeros(rows * columns, "f4") for _ in range(windows)]
    thresholds = numpy.array([[20, 30, 40], [40, 50, 60], [50, 70, 90], [70, 90, 120],
                              [100, 130, 160]], "f4")

    def cycle():
        with netCDF4.Dataset(path) as file:
            frame = file["rain"][0].filled(0).astype("f4").ravel()
        for total in sums:
            total += frame
            total -= frame * numpy.float32(0.5)
        means = [matrix @ total / areas for total in sums]
        level = numpy.zeros(len(areas), "i1")
        for mean, limits in zip(means, thresholds):
            level = numpy.maximum(level, (mean[:, None] >= limits).sum(1))
        return level

    return timed(count, cycle)[0]


def peers(folder, full):
    """Seconds of every peer, by name."""
    frame = folder / "frame.nc"
    seconds = {}
    seconds["read"], (values, bounds) = timed(30, lambda: read_frame(frame))
    seconds["read_large"], _ = timed(5, lambda: read_plainly(folder / "large.nc"))
    seconds["country"] = country_cycles(folder / "country.nc", 728 if full else 72, 5)
    raster = raster_of(values, bounds)
    table = geopandas.read_file(folder / "basins.geojson")
    seconds["areal_plain"], plain = timed(
        2, lambda: exactextract.exact_extract(raster, table, ["mean", "max"]))
    basins = Basins(folder / "basins.geojson")
    seconds["areal"], answer = timed(
        5, lambda: exactextract.exact_extract(raster, basins, ["mean", "max"], include_cols=["id"]))
    seconds["coverage"], covered = timed(
        5, lambda: exactextract.exact_extract(
            raster, basins, ["cell_id", "coverage"], include_cols=["id"]))
    seconds["coverage_plain"], _ = timed(
        1, lambda: exactextract.exact_extract(raster, table, ["cell_id", "coverage"]))
    matrix = weight_matrix(covered, values.size)
    flat = values.ravel().astype("f8")
    known = ~numpy.isnan(flat)
    masked = numpy.where(known, flat, 0)
    seconds["csr"], means = timed(
        30, lambda: (matrix @ masked) / (matrix @ known.astype("f8")))
    shares = scipy.sparse.diags(1 / (matrix @ numpy.ones(values.size))) @ matrix
    seconds["product"], _ = timed(30, lambda: shares @ masked)
    exact = numpy.array([row["properties"]["mean"] for row in answer])
    worst = float(numpy.nanmax(numpy.abs(means - exact)))
    if worst > 1e-4:
        sys.exit(f"the peers differ by {worst} mm among themselves")
    return seconds, len(basins.basins), values.shape


def accumulation(program, folder):
    """Seconds of CDO and of Freshet for the sum of eighteen files, each with its own start."""
    from shutil import copyfile, which
    cdo = which("cdo")
    if cdo is None:
        return None
    files = []
    source = netCDF4.Dataset(folder / "frame.nc")
    end = float(source["time"][0])
    source.close()
    for step in range(18):
        path = folder / f"step{step:02}.nc"
        copyfile(folder / "frame.nc", path)
        with netCDF4.Dataset(path, "a") as file:
            file["time"][0] = end + 600 * step
            file["time_bounds"][0] = [end + 600 * (step - 1), end + 600 * step]
        files.append(str(path))

    def theirs():
        subprocess.run([cdo, "-s", "-O", "enssum", *files, str(folder / "cdo.nc")], check=True)

    def ours():
        subprocess.run([program, "accumulate", *files, "--window", "3h", "-o",
                        str(folder / "sum.nc")], check=True, capture_output=True)

    return timed(5, theirs)[0], timed(5, ours)[0]


def mosaic(program, folder, rows, columns):
    """Seconds of ecCodes through Python and of Freshet for a frame like those of MRMS: rain rates of
    one decimal with -3 for no coverage and -1 for missing, packed as PNG by ecCodes itself."""
    # Not at the top: ecCodes and pyproj bring two copies of PROJ that do not bear each other.
    import eccodes

    path = folder / "mosaic.grib2"
    generator = numpy.random.default_rng(7)
    y, x = numpy.mgrid[0:rows, 0:columns]
    values = numpy.zeros((rows, columns))
    for _ in range(120):
        peak, radius = generator.uniform(1, 90), generator.uniform(8, columns / 60)
        cx, cy = generator.uniform(0, columns), generator.uniform(0, rows)
        near = (abs(y[:, 0] - cy) < 4 * radius, abs(x[0] - cx) < 4 * radius)
        part = numpy.ix_(*near)
        distance = ((y[part] - cy) ** 2 + (x[part] - cx) ** 2) / radius ** 2
        values[part] = numpy.maximum(values[part], peak * numpy.exp(-distance))
    values = numpy.where(values > 0.2, numpy.round(values * generator.uniform(0.7, 1.3, values.shape), 1), 0)
    values[((x - columns / 2) / columns) ** 2 + ((y - rows / 2) / rows) ** 2 > 0.23] = -3
    values[:, : columns // 300] = -1
    handle = eccodes.codes_grib_new_from_samples("regular_ll_sfc_grib2")
    step = 70.0 / columns
    keys = {
        "discipline": 209, "centre": 161, "tablesVersion": 1, "parameterCategory": 6, "parameterNumber": 1,
        "Ni": columns, "Nj": rows, "iDirectionIncrementInDegrees": step, "jDirectionIncrementInDegrees": step,
        "latitudeOfFirstGridPointInDegrees": 55 - step / 2,
        "longitudeOfFirstGridPointInDegrees": 230 + step / 2,
        "latitudeOfLastGridPointInDegrees": 55 - step * (rows - 0.5),
        "longitudeOfLastGridPointInDegrees": 230 + step * (columns - 0.5),
        "dataDate": 20240709, "dataTime": 1200, "packingType": "grid_png", "decimalPrecision": 1,
        "bitsPerValue": 16,
    }
    for key, value in keys.items():
        eccodes.codes_set(handle, key, value)
    eccodes.codes_set_values(handle, values.ravel())
    with open(path, "wb") as file:
        eccodes.codes_write(handle, file)
    eccodes.codes_release(handle)

    def theirs():
        with open(path, "rb") as file:
            message = eccodes.codes_grib_new_from_file(file)
            field = eccodes.codes_get_values(message)
            eccodes.codes_release(message)
        return field.reshape(rows, columns)

    seconds, field = timed(7, theirs)
    if numpy.abs(field - values).max() > 0.051:
        sys.exit("ecCodes does not give back what it packed")
    report = json.loads(freshet(program, "--read", str(path), "--format", "json"))
    return seconds, {row["key"]: row for row in report["benchmarks"]}


def freshet(program, *arguments):
    run = subprocess.run([program, "bench", *arguments], capture_output=True, text=True)
    if run.returncode != 0:
        sys.exit(f"freshet bench {' '.join(arguments)} ended with {run.returncode}: "
                 f"{run.stderr.strip()}")
    return run.stdout


def duration(seconds):
    return f"{seconds:.3g} s" if seconds >= 1 else f"{seconds * 1000:.3g} ms"


def main():
    arguments = argparse.ArgumentParser(prog="bench-peers", description=__doc__)
    arguments.add_argument("--freshet", default=".build/release/freshet", metavar="PROGRAM")
    arguments.add_argument("--size", choices=["smoke", "full"], default="smoke")
    options = arguments.parse_args()
    if not pathlib.Path(options.freshet).exists():
        print(f"{options.freshet} is not there; build it or name it with --freshet", file=sys.stderr)
        return 3
    size = ["--size", options.size]
    program = str(pathlib.Path(options.freshet).resolve())
    with tempfile.TemporaryDirectory() as temporary:
        folder = pathlib.Path(temporary)
        freshet(program, *size, "--dump", str(folder))
        theirs, basins, shape = peers(folder, options.size == "full")
        sums = accumulation(program, folder)
        large = options.size == "full"
        # In a process of its own, for the same reason.
        context = multiprocessing.get_context("fork")
        with concurrent.futures.ProcessPoolExecutor(1, mp_context=context) as apart:
            theirs["mosaic"], read = apart.submit(
                mosaic, program, folder, 3500 if large else 700, 7000 if large else 1400).result()
    ours = {}
    for text in ("basins", "is read", "country", "memory is"):
        report = json.loads(freshet(program, *size, "--format", "json", "--only", text))
        ours.update({row["key"]: row for row in report["benchmarks"]})

    # What is done once and what is done for every frame are different questions: each is asked alone.
    ours["areal_once"] = {
        name: ours["areal_build_one_thread"][name] + ours["areal_frame_one_thread"][name]
        for name in ("best_seconds", "median_seconds")
    }
    ours.update(read)
    if sums:
        theirs["cdo"] = sums[0]
        ours["sum_files"] = {"best_seconds": min(sums[1]),
                             "median_seconds": statistics.median(sums[1])}
    all_of_them = f"{report['processors']} threads"
    rows = [
        ("cycle of a country", "NumPy, netCDF4, SciPy", "country",
         "nine windows, largest, judged", "country_cycle"),
        ("mean and largest cell, again", "exactextract, GeoPandas", "areal_plain",
         "weights ready, " + all_of_them, "areal_frame"),
        ("mean and largest cell, again", "exactextract, own features", "areal",
         "weights ready, " + all_of_them, "areal_frame"),
        ("mean and largest cell, again", "exactextract, own features", "areal",
         "weights ready, one thread", "areal_frame_one_thread"),
        ("mean and largest cell, once", "exactextract, own features", "areal",
         "build and use, one thread", "areal_once"),
        ("mean with gaps in the data", "SciPy CSR, two products", "csr",
         "field of floats, with largest", "areal_field_one_thread"),
        ("mean without gaps", "SciPy CSR, one product", "product",
         "with largest, one thread", "areal_frame_one_thread"),
        ("mean without gaps", "SciPy CSR, one product", "product",
         "with largest, " + all_of_them, "areal_frame"),
        ("mean without gaps", "SciPy CSR, one product", "product",
         "mean alone, one thread", "areal_mean_one_thread"),
        ("mean without gaps", "SciPy CSR, one product", "product",
         "mean alone, " + all_of_them, "areal_mean"),
        ("weights of cells", "exactextract, GeoPandas", "coverage_plain",
         "true areas, " + all_of_them, "areal_build"),
        ("weights of cells", "exactextract, own features", "coverage",
         "true areas, " + all_of_them, "areal_build"),
        ("weights of cells", "exactextract, own features", "coverage",
         "true areas, one thread", "areal_build_one_thread"),
        ("a small packed frame is read", "netCDF4-python", "read", "read and checked", "read_frame"),
        ("a large packed grid is read", "netCDF4-python", "read_large",
         "read and checked, " + all_of_them, "read_large"),
        ("a GRIB2 mosaic as PNG is read", "ecCodes, Python", "mosaic", "read and checked", "read_file"),
        ("a GRIB2 mosaic as PNG is read", "ecCodes, Python", "mosaic", "as whole depths",
         "read_file_depth"),
    ]
    if sums:
        rows.append(("sum of eighteen files", "CDO enssum", "cdo", "accumulate, with coverage",
                     "sum_files"))
    else:
        print("CDO is not there (apt-get install cdo): its line is left out", file=sys.stderr)
    print(f"{basins} basins, {shape[0]} x {shape[1]} cells; best of several runs; peers: exactextract "
          f"{exactextract.__version__}, SciPy {scipy.__version__}, netCDF4 {netCDF4.__version__}, "
          "one thread each\n")
    print(f"{'what':<30}{'peer':<28}{'best':>10}{'median':>10}   "
          f"{'Freshet':<34}{'best':>10}{'median':>10}{'ratio':>8}")
    for what, peer, their_key, own, own_key in rows:
        seconds, row = theirs[their_key], ours[own_key]
        print(f"{what:<30}{peer:<28}{duration(min(seconds)):>10}"
              f"{duration(statistics.median(seconds)):>10}   {own:<34}"
              f"{duration(row['best_seconds']):>10}{duration(row['median_seconds']):>10}"
              f"{min(seconds) / row['best_seconds']:>8.1f}")
    print("\nratio: seconds of the peer over seconds of Freshet, best runs")
    memory = ours["memory_read"]
    rate = memory["bytes"] / memory["best_seconds"]
    for key in ("country_areal_wet", "country_areal_all"):
        own = ours[key]["bytes"] / ours[key]["best_seconds"]
        print(f"{ours[key]['title']}: {own * 1e-9:.1f} GB/s, {100 * own / rate:.0f} % of the "
              f"{rate * 1e-9:.1f} GB/s at which memory is read here")
    return 0


if __name__ == "__main__":
    sys.exit(main())
