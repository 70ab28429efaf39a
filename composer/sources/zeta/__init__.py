"""The Riemann zeta function, the Dirichlet eta function and Hardy's Z, on vertical lines s = sigma + i t.

    zeta(s) = sum n^-s,   eta(s) = sum (-1)^(n-1) n^-s = (1 - 2^(1-s)) zeta(s),
    Z(t) = e^(i theta(t)) zeta(1/2 + i t), real for real t, with the zeros of zeta on the critical line.

**The formula.** Riemann found that a short sum and its mirror image are enough:

    zeta(s) = R(s) + chi(s) conj(R(1 - conj s)),   R(s) = sum_{n <= N} n^-s + an integral,   N near a = sqrt(t / 2 pi),

where chi is the factor of the functional equation zeta(s) = chi(s) zeta(1 - s). The integral runs along a line that
crosses the real axis between N and N + 1, in the direction in which its integrand falls like a Gaussian: the
trapezoid rule with 137 nodes gives it to the last digit, with no asymptotic series to break off (`remainder`).
On the critical line the two halves are conjugates of each other, turned by theta: Z is twice a real part.

**The phases.** n^(-it) turns by t log n. At t = 10^12 that is ten million million radians, whose whole turns fill a
double. So log n / 2 pi is kept in 128-bit fixed point, in turns: a product with the integer nearest to t is one
wrapping multiplication of 64-bit words, in which the whole turns fall away (`phases`, `exact`); what is left of t is
at most 1/2. theta is taken exactly at one integer in the same way, and from there by its Taylor series (`chi`).

**Many points.** On an equally spaced grid the sum over n is a nonuniform Fourier transform of type 1: each term is
spread over 17 cells of a lattice by the exponential of a semicircle, and one FFT sums them all (`spreading`). And
since e^(i theta) zeta holds no frequency above log a, samples on a lattice that dense determine it between them: a
finer grid is interpolated by a sinc under a window (`dense`). Whatever else depends on t is smooth, and is
interpolated from 40 Chebyshev nodes (`smooth`). Scattered points and low grids take the sum as it stands
(`mainsum`, `points`); below |t| = 32, where N would be 2, Euler-Maclaurin summation serves (`low`).

**The zeros.** Z changes its sign at each; `cells` finds them between samples of Z, close pairs too, `turing` tells how
many there must be, and `zeros` puts both together. `partial` has the path of eta's partial sums, `lfunctions` and
`characters` the L-functions of Dirichlet's characters by a formula of the same kind.

Sources: B. Riemann's Nachlass in C. L. Siegel (1932); A. M. Odlyzko, A. Schoenhage, Trans. AMS 309 (1988);
W. F. Galway, thesis (2001); J. Arias de Reyna, Math. Comp. 80 (2011); A. H. Barnett, J. Magland, L. af Klinteberg,
SIAM J. Sci. Comput. 41 (2019); R. P. Brent, Math. Comp. 33 (1979) for the zeros.
"""

from composer.sources.zeta.values import MOST_T, error_estimate, eta, hardy_z, zeta

__all__ = ["MOST_T", "error_estimate", "eta", "hardy_z", "zeta"]
