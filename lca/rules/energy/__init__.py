"""Energy of devices, IT equipment and facility."""
