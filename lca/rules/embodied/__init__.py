"""Production and end of life of hardware, allocated to the run."""
