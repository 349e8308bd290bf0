"""What differs between installations, and the only place that puts the parts together."""
