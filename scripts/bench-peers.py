"""Times peers of Freshet on the inputs of `freshet bench`; see bench-peers."""

import argparse
import json
import pathlib
import statistics
import subprocess
import sys
import tempfile
import time

import exactextract
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


def raster_of(values, bounds):
    rows, columns = values.shape
    half = (bounds[1] - bounds[0]) / (columns - 1) / 2
    edges = [bounds[0] - half, bounds[3] - half, bounds[1] + half, bounds[2] + half]
    # Exact edges, as the grid is meant: hundredths of a degree.
    west, south, east, north = [round(edge, 6) for edge in edges]
    return NumPyRasterSource(values, west, south, east, north, nodata=float("nan"))


class Collected:
    """Rows of a peer's answer as arrays."""

    def __init__(self, answer):
        self.mean = numpy.array([row["properties"]["mean"] for row in answer])
        self.largest = numpy.array([row["properties"]["max"] for row in answer])


def weight_matrix(answer, cells):
    """Weights of basins (rows) for cells (columns), each row adding up to 1."""
    lengths = [len(row["properties"]["coverage"]) for row in answer]
    indptr = numpy.concatenate([[0], numpy.cumsum(lengths)])
    indices = numpy.concatenate([row["properties"]["cell_id"] for row in answer])
    weights = numpy.concatenate([row["properties"]["coverage"] for row in answer]).astype("f8")
    matrix = scipy.sparse.csr_matrix((weights, indices, indptr), shape=(len(answer), cells))
    return matrix


def masked_mean(matrix, values):
    """Means over the cells with data: the same question that Freshet answers."""
    known = ~numpy.isnan(values)
    return (matrix @ numpy.where(known, values, 0)) / (matrix @ known.astype("f8"))


def peers(folder, iterations):
    """Seconds of every peer, by name."""
    frame = folder / "frame.nc"
    seconds = {}
    seconds["read"], (values, bounds) = timed(10 * iterations, lambda: read_frame(frame))
    raster = raster_of(values, bounds)
    basins = Basins(folder / "basins.geojson")
    seconds["areal"], answer = timed(
        iterations,
        lambda: exactextract.exact_extract(raster, basins, ["mean", "max"], include_cols=["id"]))
    both = Collected(answer)
    seconds["coverage"], answer = timed(
        iterations,
        lambda: exactextract.exact_extract(
            raster, basins, ["cell_id", "coverage"], include_cols=["id"]))
    matrix = weight_matrix(answer, values.size)
    flat = values.ravel().astype("f8")
    seconds["csr"], means = timed(10 * iterations, lambda: masked_mean(matrix, flat))
    shares = scipy.sparse.diags(1 / (matrix @ numpy.ones(values.size))) @ matrix
    seconds["product"], _ = timed(10 * iterations, lambda: shares @ flat)
    worst = float(numpy.nanmax(numpy.abs(means - both.mean)))
    if worst > 1e-4:
        sys.exit(f"the peers differ by {worst} mm among themselves")
    return seconds, len(basins.basins), values.shape


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
    with tempfile.TemporaryDirectory() as temporary:
        folder = pathlib.Path(temporary)
        freshet(options.freshet, *size, "--dump", str(folder))
        theirs, basins, shape = peers(folder, 3)
    ours = {}
    for text in ("basins", "is read"):
        report = json.loads(
            freshet(options.freshet, *size, "--format", "json", "--only", text))
        ours.update({row["key"]: row for row in report["benchmarks"]})

    # What is done once and what is done for every frame are different questions: each is asked alone.
    ours["areal_once"] = {
        name: ours["areal_build_one_thread"][name] + ours["areal_frame_one_thread"][name]
        for name in ("best_seconds", "median_seconds")
    }
    all_of_them = f"{report['processors']} threads"
    rows = [
        ("mean and largest cell, once", "exactextract", "areal",
         "build and use, one thread", "areal_once"),
        ("mean and largest cell, again", "exactextract", "areal",
         "weights ready, one thread", "areal_frame_one_thread"),
        ("mean and largest cell, again", "exactextract", "areal",
         "weights ready, " + all_of_them, "areal_frame"),
        ("mean with gaps in the data", "SciPy CSR, two products", "csr",
         "with largest, one thread", "areal_frame_one_thread"),
        ("mean without gaps", "SciPy CSR, one product", "product",
         "with largest, one thread", "areal_frame_one_thread"),
        ("weights of cells", "exactextract coverage", "coverage",
         "true areas, one thread", "areal_build_one_thread"),
        ("weights of cells", "exactextract coverage", "coverage",
         "true areas, " + all_of_them, "areal_build"),
        ("a packed frame is read", "netCDF4-python", "read", "read and checked", "read_frame"),
    ]
    print(f"{basins} basins, {shape[0]} x {shape[1]} cells; best of several runs; peers: exactextract "
          f"{exactextract.__version__}, SciPy {scipy.__version__}, netCDF4 {netCDF4.__version__}, "
          "one thread each\n")
    print(f"{'what':<30}{'peer':<25}{'best':>10}{'median':>10}   "
          f"{'Freshet':<28}{'best':>10}{'median':>10}{'ratio':>8}")
    for what, peer, their_key, own, own_key in rows:
        seconds, row = theirs[their_key], ours[own_key]
        print(f"{what:<30}{peer:<25}{duration(min(seconds)):>10}"
              f"{duration(statistics.median(seconds)):>10}   {own:<28}"
              f"{duration(row['best_seconds']):>10}{duration(row['median_seconds']):>10}"
              f"{min(seconds) / row['best_seconds']:>8.1f}")
    print("\nratio: seconds of the peer over seconds of Freshet, best runs")
    return 0


if __name__ == "__main__":
    sys.exit(main())
