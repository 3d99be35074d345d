"""The web worker's server: Daphne with back-pressure, direct writes, a watch over its peers, and an orderly end."""
