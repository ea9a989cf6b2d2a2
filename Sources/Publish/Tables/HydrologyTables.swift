import Hydromet

/// The tables of soil and flow.
///
/// `soil.csv`: `basin, time, antecedent_mm, capacity_mm, saturation, wetness, soil_water_index_mm,
/// model_saturation, gap_share`. `wetness` is dry, normal or wet, and empty where too much of the past
/// is not known; with a `gap_share` above 0 the soil is at least as wet.
///
/// `flow.csv`: `basin, upstream_area_km2, flow_m3s, peak_m3s, peak_time, minutes_to_peak,
/// unit_m3s_km2, harmful_m3s, harm_ratio, return_period_years, basis, gap_share`. `flow_m3s` is the flow
/// now, `return_period_years` the rarest flow of the parameters that the peak reaches.
///
/// `guidance.csv`: `basin, duration_min, critical_mm, state, harmful_m3s, gap_share`: the rain that,
/// falling evenly from now on over all the area above the outlet, brings the flow to the harmful one.
/// `state` is depth, already_reached (and 0 mm) or beyond (and nothing: not even 1000 mm).
///
/// `soil_units.csv`, where the district has the soil of cells: `unit_kind, unit, soil_water_index_mm,
/// largest_soil_water_index_mm, saturation, largest_saturation, gap_share, coverage`: mean over the area
/// of the unit and its largest cell; of a point its own cell. `gap_share` is that of the cell of which
/// least is known, `coverage` the share of the unit that has cells.
///
/// `hydrographs.csv`: `time`, then a column for each basin, mean flow of the step that ends then, m³/s.
struct HydrologyTables {
  let hydrology: Hydrology

  func soil() -> Table {
    var table = Table(columns: [
      "basin", "time", "antecedent_mm", "capacity_mm", "saturation", "wetness",
      "soil_water_index_mm", "model_saturation", "gap_share",
    ])
    for soil in hydrology.soil {
      table.rows.append([
        .text(soil.basin), .text(soil.time.iso8601), depth(soil.antecedentRainfall),
        depth(soil.capacity), .share(soil.saturation), .text(soil.wetness?.rawValue),
        depth(soil.soilWaterIndex), .share(soil.modelSaturation), .share(soil.gapShare),
      ])
    }
    return table
  }

  func soilOfUnits(_ cells: CellSoil) -> Table {
    var table = Table(columns: [
      "unit_kind", "unit", "soil_water_index_mm", "largest_soil_water_index_mm", "saturation",
      "largest_saturation", "gap_share", "coverage",
    ])
    for unit in cells.units {
      table.rows.append([
        .text(unit.kind.rawValue), .text(unit.unit), depth(unit.meanIndex),
        depth(unit.largestIndex), .share(unit.meanSaturation), .share(unit.largestSaturation),
        .share(unit.gapShare), .share(unit.coverage),
      ])
    }
    return table
  }

  func flow() -> Table {
    var table = Table(columns: [
      "basin", "upstream_area_km2", "flow_m3s", "peak_m3s", "peak_time", "minutes_to_peak",
      "unit_m3s_km2", "harmful_m3s", "harm_ratio", "return_period_years", "basis", "gap_share",
    ])
    for flow in hydrology.flow {
      let peak = flow.peak
      table.rows.append([
        .text(flow.basin), .number(Decimal.rounded(flow.upstreamArea, places: 4)),
        discharge(flow.flowNow), discharge(peak?.discharge), .text(peak?.time.iso8601),
        .number(flow.secondsToPeak.map { $0 / 60 }), discharge(flow.unitStreamflow),
        discharge(flow.harmfulFlow?.discharge), .share(flow.harmRatio),
        .number(flow.returnPeriodYears), .text(flow.basis.rawValue), .share(flow.gapShare),
      ])
    }
    return table
  }

  func guidance() -> Table {
    var table = Table(columns: [
      "basin", "duration_min", "critical_mm", "state", "harmful_m3s", "gap_share",
    ])
    for guidance in hydrology.guidance {
      let state =
        switch guidance.answer {
        case .depth: "depth"
        case .alreadyReached: "already_reached"
        case .beyond: "beyond"
        }
      table.rows.append([
        .text(guidance.basin), .number(guidance.duration.seconds / 60), .depth(guidance.depth),
        .text(state), discharge(guidance.harmfulFlow.discharge), .share(guidance.gapShare),
      ])
    }
    return table
  }

  func hydrographs() -> Table {
    var table = Table(columns: ["time"] + hydrology.flow.map(\.basin))
    guard let first = hydrology.flow.first else { return table }
    for index in first.discharge.indices {
      let end = first.firstEnd + index * first.step.seconds
      table.rows.append(
        [.text(end.iso8601)]
          + hydrology.flow.map { flow in
            discharge(flow.discharge.indices.contains(index) ? flow.discharge[index] : nil)
          })
    }
    return table
  }

  private func depth(_ millimetres: Double) -> Cell {
    .number(Decimal.rounded(millimetres, places: 3))
  }

  private func discharge(_ value: Double?) -> Cell {
    .number(value.flatMap { Decimal.rounded($0, places: 3) })
  }
}
