import Hydromet

/// What people and posts should do, for each hazard and level: our own short wording, at the strength
/// of the level (watch, get ready, move those at risk, move everybody at risk now).
enum Instruction {
  static func chinese(_ hazard: Hazard, _ level: RiskLevel) -> String {
    text(hazard, level).chinese
  }

  static func english(_ hazard: Hazard, _ level: RiskLevel) -> String {
    text(hazard, level).english
  }

  private typealias Text = (chinese: String, english: String)

  private static func text(_ hazard: Hazard, _ level: RiskLevel) -> Text {
    switch hazard {
    case .flashFlood: flashFlood(level)
    case .landslide: landslide(level)
    case .waterlogging: waterlogging(level)
    case .river: river(level)
    case .rainstorm: rainstorm(level)
    }
  }

  private static func flashFlood(_ level: RiskLevel) -> Text {
    switch level {
    case .none: ("", "")
    case .blue:
      (
        "请沿河沟住户留意雨情和水位，不在河滩、沟口停留。",
        "Watch rain and water level along streams; do not stay on banks or at gully mouths."
      )
    case .yellow:
      (
        "请预警责任人到岗巡查，沿河沟和低洼处人员做好转移准备，停止涉水活动。",
        "Wardens go on patrol; people along streams and in hollows get ready to move; keep out of the water."
      )
    case .orange:
      (
        "请立即组织危险区内老弱病残等人员先行转移，关闭沿河景区和临河施工点，禁止涉水通行。",
        "Move the elderly, the sick and the disabled out of the danger zones now; close riverside sites; do not cross water."
      )
    case .red:
      (
        "请立即将危险区内全部人员转移到安全地点，清点人数，未经解除不得返回。",
        "Move everybody out of the danger zones to safe places at once, count them, and let nobody return before the all-clear."
      )
    }
  }

  private static func landslide(_ level: RiskLevel) -> Text {
    switch level {
    case .none: ("", "")
    case .blue:
      (
        "请监测员关注隐患点雨情，留意裂缝、落石等变化。",
        "Observers watch the rain at known slopes and look for cracks and falling stones."
      )
    case .yellow:
      (
        "请加密巡查隐患点，发现变形迹象立即报告，坡脚住户做好避让准备。",
        "Patrol known slopes more often, report any movement at once; people below slopes get ready to leave."
      )
    case .orange:
      (
        "请组织隐患点受威胁人员避险转移，停止坡脚和切坡处施工，绕行易滑路段。",
        "Move people threatened by known slopes to safety; stop work on cuttings; avoid roads that may slide."
      )
    case .red:
      (
        "请立即转移隐患点全部受威胁人员，封闭危险路段，禁止任何人返回。",
        "Move everybody threatened by known slopes at once, close dangerous roads, let nobody return."
      )
    }
  }

  private static func waterlogging(_ level: RiskLevel) -> Text {
    switch level {
    case .none: ("", "")
    case .blue:
      (
        "请检查雨水口和排水泵，出行留意低洼路段积水。",
        "Check drains and pumps; mind water on low roads."
      )
    case .yellow:
      (
        "请易涝点值守人员到岗，地下车库和地下商场备好挡水设施，车辆绕行积水路段。",
        "Posts at known ponding points are manned; garages and shops below ground prepare barriers; drive around water."
      )
    case .orange:
      (
        "请关闭积水的下穿通道，切断低洼处室外电源，转移地下空间人员。",
        "Close flooded underpasses, cut outdoor power in hollows, bring people out of underground spaces."
      )
    case .red:
      (
        "请立即撤出地下空间和低洼处人员，停止不必要的出行，切勿驾车涉水。",
        "Leave underground spaces and hollows at once; stop all travel that can wait; never drive into water."
      )
    }
  }

  private static func river(_ level: RiskLevel) -> Text {
    switch level {
    case .none: ("", "")
    case .blue:
      (
        "请关注河流水位变化，临河人员和船只注意安全。",
        "Watch the river's level; people and boats at the river take care."
      )
    case .yellow:
      (
        "请巡查堤防和涵闸，河滩人员、牲畜和物资撤离，沿河低洼处做好转移准备。",
        "Inspect dykes and gates; clear people, cattle and goods off the banks; low riverside places get ready to move."
      )
    case .orange:
      (
        "请组织沿河低洼处人员转移，关闭临河道路和漫水桥，加强险工险段值守。",
        "Move people from low riverside places; close riverside roads and low bridges; man the weak stretches."
      )
    case .red:
      (
        "请立即转移沿河受淹范围内全部人员，封闭漫水桥和临河道路，做好抢险准备。",
        "Move everybody out of the reach of the flood at once; close bridges and riverside roads; rescue teams stand by."
      )
    }
  }

  private static func rainstorm(_ level: RiskLevel) -> Text {
    switch level {
    case .none: ("", "")
    case .blue:
      (
        "请留意天气变化，检查排水，减少到山区、河边活动。",
        "Follow the weather, check drains, and stay away from hills and rivers."
      )
    case .yellow:
      (
        "请暂停空旷处户外作业，低洼处做好排涝，山洪和地质灾害隐患点加强巡查。",
        "Stop open-air work, drain hollows, and patrol places prone to flash floods and landslides."
      )
    case .orange:
      (
        "请停止户外集会和作业，危险地带人员做好转移，学校和单位按预案调整上课上班。",
        "Stop outdoor gatherings and work; people in dangerous places prepare to move; schools and firms follow their plans."
      )
    case .red:
      (
        "请留在安全处所避雨，立即转移危险地带人员，停课停业由有关部门按预案决定，应急力量到位。",
        "Take shelter in a safe place; move people out of dangerous places now; authorities decide on closures; rescue teams in place."
      )
    }
  }
}
