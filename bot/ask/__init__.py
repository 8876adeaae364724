"""From a question to a verdict: judge, reader, the person's own call, precedents."""
