"""Everything that touches the outside: chat platforms, the web page, the terminal, models, files."""
