"""Views in which idle time stands with its jobs and development with its service."""
