"""When something recurs: rules, their dates, and the words for them. Pure; no clock of its own."""
