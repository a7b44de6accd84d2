"""Sums over the life cycle."""
