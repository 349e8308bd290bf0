"""How fast, and in how much memory; each figure beside the least that the same work can cost on the same machine."""
