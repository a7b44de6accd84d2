"""Disclosures: which requirements a standard makes, and from which figures and statements a report meets them, as data."""
