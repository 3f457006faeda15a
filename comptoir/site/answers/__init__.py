"""Answers to forms that no thread waits for, or that are drawn once for many."""
