"""The product: rules, tables and duties. Imports no door, reads no environment and no clock but `clock.py`."""
