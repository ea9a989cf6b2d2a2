import Hydromet

/// The text of `district.yaml` for an invented district.
enum DistrictSettings {
  /// The text of `rules.yaml`: a rule of several tests, of the kind that weather services use for their
  /// direct messages, and for landslides the triggering index and the line over the soil water index.
  static let rules = """
    # 组合规则：几个条件合起来才算达到。Rules that join several tests; any one rule or threshold suffices.
    rules:
      cloudburst:
        name: 短时极端降雨
        unit_kind: township
        units: ["*"]
        hazard: rainstorm
        level: red
        source: synthetic
        author: freshet drill
        effective_from: 2020-01-01
        when:
          any:
            - all:
                - rain: {over: 1h, mm: 50, statistic: max_cell}
                - rain: {over: 3h, mm: 90, statistic: max_cell}
            - rain: {over: 1h, mm: 72, statistic: max_cell}
      # 降雨驱动指标 RTI = 1小时雨量 × 有效雨量（前7日，日衰减0.7）。
      triggering-index-orange:
        name: 降雨驱动指标
        unit_kind: hazard_point
        units: ["*"]
        hazard: landslide
        level: orange
        source: synthetic
        author: freshet drill
        effective_from: 2020-01-01
        when:
          triggering_index: {at: 4500, statistic: cell, decay: 0.7, days: 7}
      triggering-index-red:
        name: 降雨驱动指标
        unit_kind: hazard_point
        units: ["*"]
        hazard: landslide
        level: red
        source: synthetic
        author: freshet drill
        effective_from: 2020-01-01
        when:
          triggering_index: {at: 9000, statistic: cell, decay: 0.7, days: 7}
      # 60分钟雨量对土壤水分指数的临界线：[土壤水分指数, 60分钟雨量]，毫米；用隐患点所在格点的土壤。
      soil-line-orange:
        name: 土壤水分指数临界线
        unit_kind: hazard_point
        units: ["*"]
        hazard: landslide
        level: orange
        source: synthetic
        author: freshet drill
        effective_from: 2020-01-01
        when:
          soil_rain_line: {statistic: cell, corners: [[60, 60], [110, 42], [170, 22], [240, 8]]}
      soil-line-red:
        name: 土壤水分指数临界线
        unit_kind: hazard_point
        units: ["*"]
        hazard: landslide
        level: red
        source: synthetic
        author: freshet drill
        effective_from: 2020-01-01
        when:
          soil_rain_line: {statistic: cell, corners: [[60, 80], [130, 55], [200, 30], [270, 12]]}

    """

  /// A feed of forecasts, to stand below `feeds:`.
  private static let forecastFeed = """
      # Expected rain, netCDF, one file for each issue.
      nwp:
        kind: forecast
        folder: grids/nwp
        pattern: "*.nc"
        oldest: 12h
        originals: keep

    """

  static func yaml(_ district: SyntheticDistrict, hasForecasts: Bool = false) -> String {
    let about = district.description
    let text = yaml(district, about)
    guard hasForecasts else { return text }
    let (head, rest) = ("\nfeeds:\n", "  # Radar amounts")
    return text.replacing("\(head)\(rest)", with: "\(head)\(forecastFeed)\(rest)")
  }

  private static func yaml(_ district: SyntheticDistrict, _ about: DistrictDescription) -> String {
    return """
      # 虚构的演练区，由 freshet drill new --seed \(district.seed) 生成；地名、数据和号码均非真实。
      # An invented district, made by freshet drill new --seed \(district.seed). Nothing in it is real.

      district:
        code: "\(about.id)"
        name: \(about.name)
        english_name: \(about.englishName)
        office: \(about.office)
        english_office: \(about.englishOffice)

      # Language of pages, bulletins and messages: zh-Hans or en.
      language: zh-Hans

      # One cycle every ten minutes; sums over these windows end at its time.
      cadence: 10min
      windows: [10min, 30min, 1h, 2h, 3h, 6h, 12h, 24h, 72h]

      # Share of a unit that must have data before its level is an answer; below it, unknown.
      minimum_coverage: 1.0

      # Levels rise at once and fall slowly: when the rain has stayed below this share of a threshold
      # for this long.
      hold: {minimum: 1h, ratio: 0.8}

      # Shapes, WGS 84, with the names of the fields that are read.
      townships: {file: grids/townships.geojson, code: code, name: name, english_name: english_name}
      basins: {file: grids/basins.geojson, id: id, name: name, downstream: downstream}
      rivers: {file: grids/rivers.geojson}

      feeds:
        # Radar amounts, netCDF, labelled by the end of their ten minutes.
        radar:
          kind: grid
          folder: grids/radar
          pattern: "*.nc"
          step: 10min
          late_after: 5min
          originals: keep
          # A file that asks for more than this is set aside.
          limits: {memory_mb: 1024, seconds: 60}
        # Gauge reports, CSV, one file every ten minutes.
        gauges:
          kind: stations
          folder: stations/observations
          pattern: "*.csv"
          step: 10min
          late_after: 5min
          # The zone of times that do not name one.
          state: {zone: "+08:00"}
          originals: keep

      # Gauges and radar are merged before they are summed: auto takes the method that has lately been best
      # at gauges left out; none takes the radar as it comes.
      estimate: {method: auto, reach_km: 60}

      # Every radar cell has a soil water index of its own, beside that of the basins.
      soil: {cells: 1}

      # Published cycles, and how long they are kept.
      products: {folder: products, keep: 30d}

      # What Freshet remembers between cycles.
      state: state

      # Calls of a drill never leave this machine: messages become files under state/calls/rehearsals.
      # With answer_address (the console as people outside reach it) messages carry a link to answer by.
      calls:
        rehearsal: true
        # answer_address: https://warn.example.cn

      # Drafts of warnings are valid, from their data time: rainstorm signals 12, 6, 3, 3 h (blue to red),
      # flash flood 6 h, waterlogging 3 h, small rivers 12 h, landslide 24 h. One time for all of them:
      # warning: {validity: 6h}

      # Who signs, and the alarm on observed rain; these are the defaults. `urgent_from`: from this level one
      # person may sign alone, a second reviews within `review_within`. `never` switches off.
      # warning:
      #   signing: {signer: forecaster, two_people: yes, urgent_from: orange, review_within: 30min}
      #   lower_after: 1h
      #   renew_before: 30min
      #   alarm: {from: blue, episode_gap: 3h, oldest_data: 30min}
      #   signing_key: state/signing-key.pem

      """
  }
}
