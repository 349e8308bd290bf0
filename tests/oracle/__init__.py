"""What the ladder must say, worked out a second time without a line of the product."""
