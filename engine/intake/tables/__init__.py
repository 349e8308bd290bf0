"""Task tables: from grids and from one-cell-a-paragraph text to rows, from rows to tasks."""
