"""The running text around the tables: letterhead, sections, duties of units, reports, costs, signature."""
