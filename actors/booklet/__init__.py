"""The directory as a booklet to print and hand over (livret), and the blank form that goes with an orientation."""
