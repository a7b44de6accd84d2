"""Machine-readable output: one file per format."""
