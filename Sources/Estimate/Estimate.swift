// Gauges and radar become one rain field.
