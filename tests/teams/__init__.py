"""The Teams adapter, part by part."""
