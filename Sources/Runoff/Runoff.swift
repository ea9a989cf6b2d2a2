// Soil states, runoff and flow.
