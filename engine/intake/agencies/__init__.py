"""Agencies: who a cell or a heading names, what a province calls them, and directories of them."""
