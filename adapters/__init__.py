"""Everything that touches the outside: chat platforms, the local page, models, files."""
