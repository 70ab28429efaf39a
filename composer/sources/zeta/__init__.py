"""The Riemann zeta function, the Dirichlet eta function and Hardy's Z on vertical lines.

    zeta(s) = sum n^-s,   eta(s) = sum (-1)^(n-1) n^-s = (1 - 2^(1-s)) zeta(s),   s = sigma + i t,
    Z(t) = e^(i theta(t)) zeta(1/2 + i t), real for real t, with the zeros of zeta on the critical line.

    zeta(s) = R(s) + chi(s) conj(R(1 - conj s)),   R(s) = sum_{n <= N} n^-s + a line integral,  N near sqrt(t / 2 pi)

`points` are whole + fraction, `low` serves |t| < 32; from there `phases` has t log n exactly, `remainder` the integral
(`smooth` for many points), `chi` theta and chi, `mainsum` single points, `spreading` the sum on a lattice, `dense`
fine grids interpolated from it. Sources: W. F. Galway, thesis (2001); J. Arias de Reyna, Math. Comp. 80 (2011);
A. M. Odlyzko, A. Schoenhage, Trans. AMS 309 (1988); A. H. Barnett, J. Magland, L. af Klinteberg, SIAM J. Sci. Comput.
41 (2019).
"""

from composer.sources.zeta.values import MOST_T, error_estimate, eta, hardy_z, zeta

__all__ = ["MOST_T", "error_estimate", "eta", "hardy_z", "zeta"]
