"""The web door: pages, JSON API, calendar feeds, health."""
