"""A later document that changes a running plan: what it says of itself, and row by row what it changes."""
