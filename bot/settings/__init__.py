"""When people work: time zone, working days, holidays, days off, quiet hours."""
