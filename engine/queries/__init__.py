"""Every SELECT that a door shows, named, with a sentence."""
