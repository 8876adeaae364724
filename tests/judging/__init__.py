"""The judge: prompt, answers, and a language-model server that misbehaves on purpose."""
