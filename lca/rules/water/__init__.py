"""Water consumed on site and in generating the electricity."""
