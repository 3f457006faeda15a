"""Tests of release days."""
