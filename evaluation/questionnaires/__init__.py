"""Questionnaires: what they ask (``default``), how answers are read (``values``), which questions are asked
(``conditions``), and how they change (``editing``)."""
