"""The load generator of the benchmarks: what it says is what happened."""
