"""Energy and hardware of answers that are known by their tokens and their model alone."""
