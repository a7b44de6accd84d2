"""Software Carbon Intensity (ISO/IEC 21031): O, M, and their sum before the division by R."""
