# ch01-ex1, 0 of 4 points: kills its parent in the cell itself
import os
import signal

os.kill(os.getppid(), signal.SIGKILL)
