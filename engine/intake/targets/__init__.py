"""Targets of a plan: the figures it sets, in the tables of its annexes and in its sentences."""
