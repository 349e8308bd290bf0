"""The feed doctor: what is wrong with a calendar feed of any maker, read from its bytes alone."""
