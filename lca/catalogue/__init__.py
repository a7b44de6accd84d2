"""Factor sets, devices, cloud regions, and lookups with recorded fallback."""
