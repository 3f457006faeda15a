"""Tests of draws."""
