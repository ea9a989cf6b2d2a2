// Verdicts on readings.
