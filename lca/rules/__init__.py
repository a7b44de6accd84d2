"""The rules: one file each, found by walking this folder. A folder is a theme; see `lca rules`."""
