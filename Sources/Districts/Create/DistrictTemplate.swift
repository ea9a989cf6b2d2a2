import Hydromet

/// The texts of a new district's folder.
enum DistrictTemplate {
  /// `district.yaml`, with a comment on every choice.
  static func settings(_ district: DistrictConfiguration) -> String {
    let quoted = JSONText.quoted
    let windows = district.windows.map(\.text).joined(separator: ", ")
    let basins =
      district.basins == nil
      ? "# basins:    {file: grids/basins.geojson, id: id, name: name, downstream: downstream}"
      : "basins:    {file: grids/basins.geojson, id: id, name: name, downstream: downstream}"
    let rivers =
      district.rivers == nil
      ? "# rivers:    {file: grids/rivers.geojson}" : "rivers:    {file: grids/rivers.geojson}"
    return """
      # 区县设置。修改后请运行：freshet district check
      # Settings of the district. After a change run: freshet district check

      district:
        code: \(quoted(district.code))            # 六位行政区划代码 administrative code, six digits
        name: \(quoted(district.name))
        english_name: \(quoted(district.englishName))
        office: \(quoted(district.office))            # 发布单位 issuing office
        english_office: \(quoted(district.englishOffice))

      language: \(district.language.rawValue)           # zh-Hans 或 or en
      cadence: \(district.cadence.text)              # 运行周期 time between cycles
      windows: [\(windows)]
      minimum_coverage: 1.0       # 判为"无风险"所需的资料完整率 share of the rain that "no risk" needs

      hold: {minimum: 1h, ratio: 0.8}   # 等级立即上升、从缓下降 up at once, down after so long below the share

      stations: stations/stations.csv
      hazard_points: stations/hazard-points.csv
      thresholds: stations/thresholds.csv
      contacts: stations/contacts.csv

      # 面数据：任何 GDAL 能读的矢量格式 any vector format that GDAL reads
      # crs: 文件未注明坐标系时填写 only where the file names no coordinate system, e.g. EPSG:4490
      townships: {file: grids/townships.geojson, code: code, name: name, english_name: english_name}
      \(basins)
      \(rivers)

      feeds:
        radar:
          kind: grid              # grid 格点 | stations 站点
          folder: grids/radar
          pattern: "*.nc"
          step: 10min             # 每 10 分钟一个文件 one file each
          late_after: 5min        # 每个周期最多等待 a cycle waits this long
          # state:                # 文件自身没有说明的内容 what the files do not say
          #   variable: precipitation
          #   quantity: amount    # amount 雨量 mm | rate 雨强 mm/h | reflectivity 反射率 dBZ
          #   unit: mm
          #   projection: EPSG:4326
          #   zone: "+08:00"      # 文件时间的时区 zone of times that name none
          #   zr: marshall_palmer # 反射率转雨强 rain from reflectivity; or "300 1.4 53"
          #   member: 0           # 集合成员 member of an ensemble
          #   time_from_name: "rain_yyyyMMddHHmm*.tif"
          originals: keep         # keep 保留 | move 移走
          # move_to: grids/radar-done
          limits: {memory_mb: 1024, seconds: 60}
        gauges:
          kind: stations
          folder: stations/observations
          # 格式按内容识别：CSV、TOA5、BUFR、SYNOP、Z 文件、A 文件、MUSIC、MICAPS
          # the format is found by content, not by name
          # pattern: "*.csv"      # 只收这些文件；不写则全收 only these names; every file where not given
          step: 10min             # 每条记录的时段长 period of a row
          late_after: 5min
          state:
            zone: "+08:00"        # 时间未写时区时 for times that name no zone
            # units: {rain: mm}   # 表头未写单位时 for columns that name no unit
            # columns: {rain: P10, station: gauge}   # 列名自定 names of the file's own columns
            # station: G1         # 表中无站号列时 for a table without a column of stations
            # stations_in_columns: rain              # 每站一列的表 for a table with a column for each station
            # missing_values: ["-7"]                 # 缺测标记 marks of missing values
            # 固定格式中各地不同之处 what bureaus write differently in the fixed formats:
            # layout: {zone: UTC, minutes: clock, zero_rain: dry, rain_day: "20", element: rain}

      # 雨量站与雷达融合；auto 取近期留一检验最好的方法，none 不融合
      # merging of gauges and radar: auto, none, mean_field, mixed, ked, conditional, …
      # advection: yes 帧间移动订正（雷达帧为瞬时强度时）moves rain on between frames that are moments
      estimate: {method: auto, reach_km: 60}

      products: {folder: products, keep: 30d}
      state: state
      # 预警草稿有效时长；不写则按灾种和等级 validity of drafts; by hazard and level where not given
      # warning: {validity: 6h}
      # 自动站推送文件的接口，令牌见 freshet token；对外须有 TLS 代理
      # where loggers push files, with tokens of `freshet token`; put a TLS proxy before it
      # console: {listen: "127.0.0.1:8080", upload_mb: 64, per_minute: 600}

      """
  }

  /// `README.md` of the folder.
  static func readme(_ district: DistrictConfiguration) -> String {
    """
    # \(district.name) \(district.englishName)

    | 文件 file | 内容 content |
    |---|---|
    | `district.yaml` | 区县设置 settings |
    | `stations/stations.csv` | 雨量站 gauges: id, name, lon, lat (WGS 84), altitude_m, kind |
    | `stations/hazard-points.csv` | 隐患点 hazard points: hazard = flash_flood, landslide, waterlogging, river, rainstorm |
    | `stations/thresholds.csv` | 临界雨量 critical rainfall: unit_kind = township, basin, hazard_point; unit = 编号 id 或 or `*` |
    | `stations/contacts.csv` | 叫应联系人 who is called: place = 镇街代码 township code, 隐患点编号 point id 或 or `*` |
    | `stations/observations/` | 到达的站点文件 arriving gauge files |
    | `grids/townships.geojson` | 镇街边界 townships: code, name, english_name |
    | `grids/basins.geojson` | 小流域 small basins: id, name, downstream (下游流域 next basin) |
    | `grids/radar/` | 到达的格点文件 arriving grids |
    | `state/`, `products/` | 程序写入 written by the program |

    临界雨量表必须单调：等级越高雨量越大；时段越长雨量不减；土壤越湿雨量不增。不单调的表会被拒绝，不会被自动修改。
    `statistic`：`mean` 面雨量，`max_cell` 最大格点，`max_gauge` 最大站点，`cell` 隐患点所在格点。

    The threshold table must be in order: a higher level needs more rain, a longer duration no less,
    wetter soil no more. A table that is not is refused and never changed by itself.

    检查 check: `freshet district check .`    概况 overview: `freshet district show .`

    """
  }
}
