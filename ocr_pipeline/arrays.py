"""The arrays that page images are, by what they hold."""

import numpy as np
from numpy.typing import NDArray

Pixels = NDArray[np.uint8]  # HxWx3, RGB
Grey = NDArray[np.uint8]  # HxW, dark on light
Mask = NDArray[np.uint8]  # HxW, 1 where something is
Flags = NDArray[np.bool_]
Points = NDArray[np.float64]  # of letters Nx4: left, top, width, height
