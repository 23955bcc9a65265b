# ch01-ex1, 0 of 4 points: ends the process in the cell itself
import os

os._exit(0)
