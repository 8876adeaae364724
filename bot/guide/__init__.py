"""Five one-screen guides: how a good charter is written, told and kept alive."""
