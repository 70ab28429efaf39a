"""The Riemann zeta function, the Dirichlet eta function and Hardy's Z on vertical lines.

zeta(s) = sum n^-s,   eta(s) = sum (-1)^(n-1) n^-s = (1 - 2^(1-s)) zeta(s),   s = sigma + i t,
Z(t) = e^(i theta(t)) zeta(1/2 + i t), real for real t, with the zeros of zeta on the critical line.
"""

from composer.sources.zeta.values import MOST_T, eta, hardy_z, zeta

__all__ = ["MOST_T", "eta", "hardy_z", "zeta"]
