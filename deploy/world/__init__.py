"""Made-up people at real desks: drives a running stack over HTTP, for the demo, tests and benchmarks."""
