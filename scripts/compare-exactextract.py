"""Compares areal means and maxima of Freshet with those of exactextract; see compare-exactextract."""

import argparse
import csv
import json
import math
import pathlib
import random
import subprocess
import sys
import tempfile
import time

import exactextract
import netCDF4
import numpy
import shapely
from exactextract.feature import JSONFeatureSource
from exactextract.raster import NumPyRasterSource

MEAN_TOLERANCE = 1e-6
# A cell of which the peer sees less than this share may count for the maximum or not: whether an
# edge on a cell line touches the next cell is then a matter of the last digit of a coordinate.
TOUCH = 1e-9


class Grid:
    """A grid of rain with its netCDF description; row 0 is north."""

    def __init__(self, name, crs, west, north, cell, rows, columns, seed):
        self.name, self.crs = name, crs
        self.west, self.north, self.cell = west, north, cell
        self.rows, self.columns = rows, columns
        noise = numpy.random.default_rng(seed)
        y, x = numpy.mgrid[0:rows, 0:columns]
        storm = 120 * numpy.exp(-(((x - 0.4 * columns) / 60) ** 2 + ((y - 0.6 * rows) / 35) ** 2))
        depth = storm + noise.gamma(0.6, 9, (rows, columns))
        self.values = (numpy.round(depth * 10) / 10).astype("f4")
        self.values[noise.random((rows, columns)) < 0.03] = numpy.nan
        self.values[rows // 10 : rows // 4, columns // 2 : columns // 2 + columns // 8] = numpy.nan

    @property
    def east(self):
        return self.west + self.columns * self.cell

    @property
    def south(self):
        return self.north - self.rows * self.cell

    def place(self, u, v):
        """Coordinates of a point u cells east and v cells south of the grid's corner."""
        return (self.west + u * self.cell, self.north - v * self.cell)

    def write(self, path):
        with netCDF4.Dataset(path, "w") as file:
            file.Conventions = "CF-1.8"
            geographic = self.crs == 4326
            names = ("lat", "lon") if geographic else ("y", "x")
            for name, count in zip(names, (self.rows, self.columns)):
                file.createDimension(name, count)
            y = file.createVariable(names[0], "f8", (names[0],))
            x = file.createVariable(names[1], "f8", (names[1],))
            y[:] = self.north - (numpy.arange(self.rows) + 0.5) * self.cell
            x[:] = self.west + (numpy.arange(self.columns) + 0.5) * self.cell
            y.units, x.units = ("degrees_north", "degrees_east") if geographic else ("m", "m")
            y.standard_name, x.standard_name = (
                ("latitude", "longitude")
                if geographic
                else ("projection_y_coordinate", "projection_x_coordinate")
            )
            mapping = file.createVariable("crs", "i4")
            mapping.semi_major_axis = 6378137.0
            mapping.inverse_flattening = 298.257223563
            if geographic:
                mapping.grid_mapping_name = "latitude_longitude"
            else:
                mapping.grid_mapping_name = "transverse_mercator"
                mapping.scale_factor_at_central_meridian = 0.9996
                mapping.longitude_of_central_meridian = 117.0
                mapping.latitude_of_projection_origin = 0.0
                mapping.false_easting = 500000.0
                mapping.false_northing = 0.0
                mapping.longitude_of_prime_meridian = 0.0
            moment = file.createVariable("time", "i8")
            moment.units = "seconds since 1970-01-01 00:00:00"
            moment.standard_name = "time"
            moment.bounds = "time_bounds"
            moment[...] = 1782900000
            file.createDimension("bounds", 2)
            bounds = file.createVariable("time_bounds", "i8", ("bounds",))
            bounds[:] = [1782896400, 1782900000]
            rain = file.createVariable("rain", "f4", names, fill_value=numpy.float32(-999))
            rain.standard_name = "precipitation_amount"
            rain.long_name = "rain"
            rain.units = "mm"
            rain.cell_methods = "time: sum"
            rain.grid_mapping = "crs"
            rain.coordinates = "time"
            rain[:] = numpy.where(numpy.isnan(self.values), -999, self.values)


def star(r, u, v, radius, vertices, roughness):
    turn = r.random()
    points = []
    for i in range(vertices):
        angle = 2 * math.pi * (i + turn) / vertices
        reach = radius * r.uniform(1 - roughness, 1)
        points.append((u + reach * math.cos(angle), v + reach * math.sin(angle)))
    return points


def random_polygon(r, grid):
    radius = math.exp(r.uniform(math.log(0.3), math.log(40)))
    u = r.uniform(-5, grid.columns + 5)
    v = r.uniform(-5, grid.rows + 5)
    return [[star(r, u, v, radius, r.randint(3, 80), r.uniform(0, 0.8))]]


def sliver(r, grid, u, v):
    angle, length = r.uniform(0, math.pi), r.uniform(0.5, 60)
    width = 10 ** r.uniform(-5, -1)
    du, dv = math.cos(angle), math.sin(angle)
    tip = (u + length * du, v + length * dv)
    return [[[(u, v), tip, (tip[0] - width * dv, tip[1] + width * du)]]]


def with_holes(r, grid, u, v):
    outer = star(r, u, v, r.uniform(2, 25), 40, 0.3)
    hole = [(u + (a - u) * 0.5, v + (b - v) * 0.5) for a, b in outer[::-1]]
    island = [(u + (a - u) * 0.2, v + (b - v) * 0.2) for a, b in outer]
    return [[outer, hole], [island]] if r.random() < 0.5 else [[outer, hole]]


def multipart(r, grid, u, v):
    return [
        [star(r, u + 12 * i, v + r.uniform(-8, 8), r.uniform(0.1, 5.9), r.randint(3, 20), 0.7)]
        for i in range(r.randint(2, 6))
    ]


def smaller_than_a_cell(r, grid, u, v):
    return [[star(r, u, v, 10 ** r.uniform(-3, -0.4), r.randint(3, 12), 0.6)]]


def on_cell_lines(r, grid, u, v):
    a, b = round(u), round(v)
    w, h = r.randint(1, 12), r.randint(1, 12)
    return [[[(a, b), (a + w, b), (a + w, b + h), (a, b + h)]]]


def through_corners(r, grid, u, v):
    a, b, n = round(u), round(v), r.randint(1, 15)
    return [[[(a, b), (a + n, b + n), (a + 2 * n, b), (a + n, b - n)]]]


def vertices_on_lines(r, grid, u, v):
    points = star(r, u, v, r.uniform(2, 20), r.randint(4, 30), 0.5)
    return [[[(round(a * 2) / 2, b) if r.random() < 0.5 else (a, round(b * 2) / 2) for a, b in points]]]


def outside(r, grid, u, v):
    side = r.choice([(-30, v), (grid.columns + 30, v), (u, -30), (u, grid.rows + 30)])
    return [[star(r, side[0], side[1], r.uniform(1, 25), 20, 0.5)]]


def partly_outside(r, grid, u, v):
    side = r.choice([(0, v), (grid.columns, v), (u, 0), (u, grid.rows), (0, 0)])
    return [[star(r, side[0], side[1], r.uniform(0.3, 60), 30, 0.6)]]


def around_the_grid(r, grid, u, v):
    reach = grid.columns * r.uniform(1.5, 4)
    return [[star(r, grid.columns / 2, grid.rows / 2, reach, 200, 0.2)]]


def spiral(r, grid, u, v):
    radius, turns = r.uniform(2, 30), r.uniform(1, 6)
    gap = radius * min(0.3 / turns, 0.05)
    steps = int(turns * 40)

    def arm(i, shift):
        t = i / steps
        reach = radius * (0.1 + 0.9 * t) - shift
        angle = 2 * math.pi * turns * t
        return (u + reach * math.cos(angle), v + reach * math.sin(angle))

    inner = [arm(i, gap) for i in range(steps + 1)]
    return [[[arm(i, 0) for i in range(steps + 1)] + inner[::-1]]]


def comb(r, grid, u, v):
    teeth, width, height = r.randint(2, 80), r.uniform(1, 40), r.uniform(1, 30)
    pitch = width / teeth
    ring = [(u, v), (u + width, v)]
    for tooth in reversed(range(teeth)):
        a = u + tooth * pitch
        ring += [(a + pitch, v + height), (a + 0.6 * pitch, v + height)]
        ring += [(a + 0.6 * pitch, v + 0.05 * height), (a, v + 0.05 * height)]
    return [[ring]]


NASTY = [
    sliver, with_holes, multipart, smaller_than_a_cell, on_cell_lines, through_corners,
    vertices_on_lines, outside, partly_outside, around_the_grid, spiral, comb,
]


def geometry_of(grid, polygons):
    """GeoJSON geometry of polygons given in cells: outer rings counter-clockwise, rings closed."""
    parts = []
    for rings in polygons:
        part = []
        for index, ring in enumerate(rings):
            points = [grid.place(u, v) for u, v in ring]
            line = shapely.LinearRing(points)
            if line.is_ccw != (index == 0):
                points.reverse()
            part.append([list(p) for p in points + points[:1]])
        parts.append(part)
    if len(parts) == 1:
        return {"type": "Polygon", "coordinates": parts[0]}
    return {"type": "MultiPolygon", "coordinates": parts}


def make_regions(grid, random_count, nasty_count, seed):
    r = random.Random(seed)
    features = []

    def add(kind, make):
        # Shapes that cross themselves have no agreed area; another is drawn in their place.
        for _ in range(100):
            geometry = geometry_of(grid, make())
            shape = shapely.geometry.shape(geometry)
            if shape.is_valid and shape.area > 0:
                break
        else:
            sys.exit(f"no valid polygon of kind {kind} could be drawn")
        features.append(
            {
                "type": "Feature",
                "properties": {"id": f"{len(features):05d}", "kind": kind},
                "geometry": geometry,
            }
        )

    for _ in range(random_count):
        add("random", lambda: random_polygon(r, grid))
    for i in range(nasty_count):
        kind = NASTY[i % len(NASTY)]
        u, v = r.uniform(0, grid.columns), r.uniform(0, grid.rows)
        add(kind.__name__.replace("_", " "), lambda: kind(r, grid, u, v))
    return features


def write_regions(path, grid, features):
    collection = {"type": "FeatureCollection", "features": features}
    if grid.crs != 4326:
        name = f"urn:ogc:def:crs:EPSG::{grid.crs}"
        collection["crs"] = {"type": "name", "properties": {"name": name}}
    path.write_text(json.dumps(collection))


def peer_answers(grid, features):
    """Mean and maximum per region by exactextract; None where no cell has data."""
    raster = NumPyRasterSource(
        grid.values, grid.west, grid.south, grid.east, grid.north, nodata=float("nan"))
    started = time.perf_counter()
    results = exactextract.exact_extract(
        raster,
        JSONFeatureSource([dict(f, id=f["properties"]["id"]) for f in features]),
        ["mean", "values", "coverage"],
        include_cols=["id"])
    answers = {}
    for result in results:
        p = result["properties"]
        values = numpy.ma.filled(numpy.ma.asarray(p["values"], dtype="f8"), numpy.nan)
        coverage = numpy.asarray(p["coverage"], dtype="f8")
        known = ~numpy.isnan(values)
        sure = values[known & (coverage > TOUCH)]
        barely = values[known & (coverage > 0) & (coverage <= TOUCH)]
        mean = p["mean"]
        if mean is None or numpy.ma.is_masked(mean) or math.isnan(mean):
            answers[result["id"]] = (None, None, [])
        else:
            largest = float(sure.max()) if len(sure) else None
            answers[result["id"]] = (float(mean), largest, [float(b) for b in barely])
    return answers, time.perf_counter() - started


def freshet_answers(program, grid_path, regions_path):
    started = time.perf_counter()
    command = [
        program, "areal", str(grid_path), "--regions", str(regions_path), "--id", "id",
        "--weights", "share", "--format", "csv",
    ]
    run = subprocess.run(command, capture_output=True, text=True)
    if run.returncode not in (0, 1) or not run.stdout:
        sys.exit(f"{' '.join(command)}\nended with {run.returncode}: {run.stderr.strip()}")
    answers = {}
    for row in csv.DictReader(run.stdout.splitlines()):
        mean = float(row["mean_mm"]) if row["mean_mm"] else None
        largest = float(row["max_mm"]) if row["max_mm"] else None
        answers[row["region"]] = (mean, largest, float(row["grid_share"]))
    return answers, time.perf_counter() - started


def exact_numbers(grid, feature):
    """Mean and maximum by cutting the polygon with every cell: slow, and the judge where programs differ."""
    shape = shapely.geometry.shape(feature["geometry"])
    west, south, east, north = shape.bounds
    columns = range(
        max(0, math.floor((west - grid.west) / grid.cell)),
        min(grid.columns, math.ceil((east - grid.west) / grid.cell)))
    rows = range(
        max(0, math.floor((grid.north - north) / grid.cell)),
        min(grid.rows, math.ceil((grid.north - south) / grid.cell)))
    # Coordinates from the shape's own corner keep the digits that matter.
    local = shapely.affinity.translate(shape, -west, -south)
    weighted = total = 0.0
    largest = None
    for row in rows:
        for column in columns:
            if math.isnan(grid.values[row, column]):
                continue
            a, d = grid.place(column, row)
            b, c = grid.place(column + 1, row + 1)
            area = local.intersection(shapely.box(a - west, c - south, b - west, d - south)).area
            if area <= 0:
                continue
            value = float(grid.values[row, column])
            weighted += area * value
            total += area
            largest = value if largest is None else max(largest, value)
    return (weighted / total, largest) if total > 0 else (None, None)


class Tally:
    def __init__(self):
        self.regions = self.with_data = self.means = self.maxima = self.presence = self.judged = 0
        self.worst = 0.0


def relative(a, b):
    return abs(a - b) / max(abs(b), 1e-9)


def compare(grid, features, ours, theirs):
    tallies, cases = {}, []
    for feature in features:
        region, kind = feature["properties"]["id"], feature["properties"]["kind"]
        tally = tallies.setdefault(kind, Tally())
        tally.regions += 1
        mean, largest, grid_share = ours.get(region, (None, None, None))
        peer_mean, peer_largest, barely = theirs[region]
        if grid_share is None or (mean is None) != (peer_mean is None):
            tally.presence += 1
            cases.append((math.inf, grid.name, kind, region, "data", mean, peer_mean))
            continue
        if mean is None:
            continue
        tally.with_data += 1
        difference = relative(mean, peer_mean)
        if difference > MEAN_TOLERANCE:
            judge = exact_numbers(grid, feature)[0]
            if judge is not None and relative(mean, judge) <= MEAN_TOLERANCE:
                # The peer keeps shares as 32-bit floats and is the one that is off.
                tally.judged += 1
                difference = relative(mean, judge)
            else:
                tally.means += 1
        tally.worst = max(tally.worst, difference)
        cases.append((difference, grid.name, kind, region, "mean", mean, peer_mean))
        allowed = {numpy.float32(x) for x in [peer_largest, *barely] if x is not None}
        if largest is None or numpy.float32(largest) not in allowed:
            judge = exact_numbers(grid, feature)[1]
            if judge is not None and numpy.float32(judge) == numpy.float32(largest):
                # A cell that the polygon touches and the peer's 32-bit share has lost.
                tally.judged += 1
                continue
            tally.maxima += 1
            cases.append((math.inf, grid.name, kind, region, "max", largest, peer_largest))
    return tallies, cases


def report(grid, tallies, cases, our_seconds, peer_seconds):
    print(f"\n{grid.name}: {grid.rows} x {grid.columns} cells; "
          f"Freshet {our_seconds:.1f} s with reading, exactextract {peer_seconds:.1f} s")
    print(f"{'kind':<22}{'regions':>8}{'with data':>10}{'worst mean':>12}"
          f"{'mean off':>9}{'max off':>9}{'data off':>9}{'judged':>8}")
    failures = 0
    for kind, t in tallies.items():
        failures += t.means + t.maxima + t.presence
        print(f"{kind:<22}{t.regions:>8}{t.with_data:>10}{t.worst:>12.1e}"
              f"{t.means:>9}{t.maxima:>9}{t.presence:>9}{t.judged:>8}")
    print("worst cases:")
    for difference, _, kind, region, what, our, peer in sorted(cases, key=lambda c: -c[0])[:5]:
        print(f"  {region} ({kind}) {what}: Freshet {our}, exactextract {peer}, {difference:.1e}")
    return failures


def main():
    arguments = argparse.ArgumentParser(prog="compare-exactextract", description=__doc__)
    arguments.add_argument("--freshet", default=".build/release/freshet", metavar="PROGRAM")
    arguments.add_argument("--random", type=int, default=10_000, metavar="N")
    arguments.add_argument("--nasty", type=int, default=1_000, metavar="N")
    arguments.add_argument("--seed", type=int, default=20201031, metavar="N")
    arguments.add_argument("--keep", metavar="FOLDER", help="where to leave the grids and polygons")
    options = arguments.parse_args()
    if not pathlib.Path(options.freshet).exists():
        print(f"{options.freshet} is not there; build it or name it with --freshet", file=sys.stderr)
        return 3
    failures = 0
    with tempfile.TemporaryDirectory() as temporary:
        folder = pathlib.Path(options.keep or temporary)
        folder.mkdir(parents=True, exist_ok=True)
        grids = [
            Grid("projected", 32650, 380_000.0, 3_420_000.0, 500.0, 300, 400, options.seed),
            Grid("geographic", 4326, 112.0, 34.0, 0.02, 300, 400, options.seed + 1),
        ]
        for grid in grids:
            grid_path = folder / f"{grid.name}.nc"
            regions_path = folder / f"{grid.name}.geojson"
            grid.write(grid_path)
            features = make_regions(grid, options.random, options.nasty, options.seed)
            write_regions(regions_path, grid, features)
            theirs, peer_seconds = peer_answers(grid, features)
            ours, our_seconds = freshet_answers(options.freshet, grid_path, regions_path)
            tallies, cases = compare(grid, features, ours, theirs)
            failures += report(grid, tallies, cases, our_seconds, peer_seconds)
    verdict = "agree" if failures == 0 else f"differ in {failures} numbers"
    print(f"\nFreshet and exactextract {exactextract.__version__} {verdict}: "
          f"means to {MEAN_TOLERANCE:g}, maxima exactly")
    print("judged: numbers where the peer was off and the polygon cut with every cell confirms Freshet")
    return 0 if failures == 0 else 1


if __name__ == "__main__":
    sys.exit(main())
