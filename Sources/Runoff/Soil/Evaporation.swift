public import Hydromet

/// Evaporation capacity (potential evapotranspiration) 蒸发能力.
public enum Evaporation {
  /// From the mean temperature of a day: Ra / (λ ρ) · (T + 5) / 100 where T > −5 °C, else 0, mm/d.
  ///
  /// - Source: Oudin et al. (2005), J. Hydrol. 303, 290–306, eq. 3.
  public static func oudin(celsius: Double, latitude: Double, dayOfYear: Int) -> Double {
    guard celsius > -5 else { return 0 }
    return radiation(latitude: latitude, dayOfYear: dayOfYear) / latentHeat * (celsius + 5) / 100
  }

  /// From the mean, least and largest temperature of a day:
  /// 0.0023 Ra / (λ ρ) (T + 17.8) √(Tmax − Tmin), mm/d.
  ///
  /// - Source: Hargreaves & Samani (1985), Appl. Eng. Agric. 1, 96–99; Allen et al. (1998), FAO 56, eq. 52.
  public static func hargreaves(
    mean: Double, least: Double, largest: Double, latitude: Double, dayOfYear: Int
  ) -> Double {
    let water = radiation(latitude: latitude, dayOfYear: dayOfYear) / latentHeat
    return max(0.0023 * water * (mean + 17.8) * max(largest - least, 0).squareRoot(), 0)
  }

  /// Radiation at the top of the air, MJ/(m² d).
  ///
  /// - Source: Allen et al. (1998), FAO Irrigation and Drainage Paper 56, eq. 21–25.
  public static func radiation(latitude: Double, dayOfYear: Int) -> Double {
    let angle = 2 * Double.pi / 365 * Double(dayOfYear)
    let distance = 1 + 0.033 * Elementary.cos(angle)
    let declination = 0.409 * Elementary.sin(angle - 1.39)
    let phi = min(max(latitude, -89.9), 89.9) * Double.pi / 180
    let (sinPhi, cosPhi) = (Elementary.sin(phi), Elementary.cos(phi))
    let (sinDelta, cosDelta) = (Elementary.sin(declination), Elementary.cos(declination))
    let sunset = Elementary.acos(-(sinPhi * sinDelta) / (cosPhi * cosDelta))
    let solarConstant = 0.0820
    return 24 * 60 / Double.pi * solarConstant * distance
      * (sunset * sinPhi * sinDelta + cosPhi * cosDelta * Elementary.sin(sunset))
  }

  /// Day of the year from 1, of the civil date in a zone.
  public static func dayOfYear(_ moment: Timestamp, offsetSeconds: Int = 0) -> Int {
    let civil = CivilTime(moment, offsetSeconds: offsetSeconds)
    var day = civil.day
    for month in 1..<max(civil.month, 1) {
      day += CivilTime.days(inMonth: month, year: civil.year)
    }
    return day
  }

  /// MJ/kg, and the density of water makes 1 kg/m² a millimetre.
  static let latentHeat = 2.45
}
