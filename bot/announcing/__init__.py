"""Announcing an adopted version: posted where it holds, confirmed by those who are asked, and shown
to whoever comes new."""
