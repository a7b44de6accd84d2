"""Work done in training."""
