"""What came in is accepted once and answered; what goes out is sent once."""
