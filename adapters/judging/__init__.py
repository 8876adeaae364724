"""Who judges (`openai.py`, a language model) and who reads (`reader.py`, built in)."""
