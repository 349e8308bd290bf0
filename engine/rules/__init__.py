"""Pure functions on plain values: what the law, the plan and the ladder say. No clock, no database."""
