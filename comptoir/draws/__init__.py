"""Draws: who gets one of few copies, by a lot that anybody can check."""
