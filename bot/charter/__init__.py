"""The charter: its lines, versions, hierarchy, bindings to conversations, and roles."""
