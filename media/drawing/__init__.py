"""The program that draws overlays: fonts, layout and pictures; media/overlays.py runs it."""
