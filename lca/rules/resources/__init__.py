"""Abiotic depletion of elements and primary energy: electricity and hardware."""
