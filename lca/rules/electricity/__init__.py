"""CO2e of the electricity used: location-based, market-based, upstream."""
