"""The Prefect flows, the server that records them and the clock that fires them."""
