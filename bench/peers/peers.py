"""The workloads written for numpy, scipy, scikit-learn, cvxopt and PyTorch, in the idiom of each.

Run as a program it answers requests, one a line, as the F# side does: the seconds and the numbers to compare.
"""

import sys
import time

import numpy as np


def sample(matrix):
    k = np.arange(64)
    return matrix[37 * k % matrix.shape[0], 101 * k % matrix.shape[1]].tolist()


def load(path, rows=None):
    values = np.fromfile(path)
    return values if rows is None else values.reshape(int(rows), -1)


def timed(work):
    """Mean seconds of as many runs as fill a tenth of a second, as on the other side."""
    runs, start = 0, time.perf_counter()
    while True:
        result = work()
        runs += 1
        elapsed = time.perf_counter() - start
        if elapsed >= 0.1:
            return elapsed / runs, result


def relu_numpy(a):
    x, depth = load(a["x"], a["n"]), int(a["depth"])

    def work():
        g = x @ x.T
        norms = np.sqrt(np.diag(g))
        scale = np.outer(norms, norms)
        rho = np.clip(g / scale, -1.0, 1.0)
        theta = rho.copy()
        for _ in range(depth):
            angle = np.arccos(rho)
            slope = (np.pi - angle) / np.pi
            rho = np.clip(np.sqrt(1.0 - rho * rho) / np.pi + slope * rho, -1.0, 1.0)
            theta *= slope
            theta += rho
        return rho * scale, theta * scale

    seconds, (k, t) = timed(work)
    return seconds, sample(k) + sample(t)


def relu_torch(a):
    import torch

    x, depth = torch.from_numpy(load(a["x"], a["n"])), int(a["depth"])

    def work():
        g = x @ x.T
        norms = g.diagonal().sqrt()
        scale = norms[:, None] * norms[None, :]
        rho = (g / scale).clamp_(-1.0, 1.0)
        theta = rho.clone()
        for _ in range(depth):
            slope = torch.arccos(rho).neg_().add_(np.pi).div_(np.pi)
            rho = ((1.0 - rho * rho).sqrt_().div_(np.pi).add_(slope * rho)).clamp_(-1.0, 1.0)
            theta.mul_(slope).add_(rho)
        return rho * scale, theta * scale

    seconds, (k, t) = timed(work)
    return seconds, sample(k.numpy()) + sample(t.numpy())


def eigenvalues(a):
    import scipy.linalg

    k = load(a["k"], a["n"])
    seconds, values = timed(lambda: scipy.linalg.eigh(k, eigvals_only=True, driver="evd", check_finite=False))
    return seconds, values[:64].tolist()


def smallest(a):
    """All of them: the bottom is clustered. No certificate: an enclosure of backward error, 10 n u |K|."""
    k = load(a["k"], a["n"])
    seconds, values = timed(lambda: np.linalg.eigvalsh(k))
    return seconds, [values[0], values[0]]


def largest(a):
    from scipy.sparse.linalg import eigsh

    k = load(a["k"], a["n"])
    seconds, values = timed(lambda: eigsh(k, k=1, return_eigenvectors=False))
    return seconds, values.tolist()


def solve(a):
    from scipy.linalg import cho_factor, cho_solve

    k = load(a["k"], a["n"])
    ones = np.ones(len(k))
    seconds, x = timed(lambda: cho_solve(cho_factor(k, lower=True, check_finite=False), ones, check_finite=False))
    return seconds, x[:64].tolist()


def empirical_numpy(a):
    x, w = load(a["x"], a["n"]), load(a["w"], a["m"])

    def work():
        z = x @ w.T
        gates = (z > 0.0).astype(float)
        features = np.maximum(z, 0.0)
        return ((gates @ gates.T) * (x @ x.T) + features @ features.T) / len(w)

    seconds, gram = timed(work)
    return seconds, sample(gram)


def empirical_torch(a):
    import torch

    x, w = torch.from_numpy(load(a["x"], a["n"])), torch.from_numpy(load(a["w"], a["m"]))

    def work():
        z = x @ w.T
        gates = (z > 0.0).double()
        features = z.relu()
        return ((gates @ gates.T) * (x @ x.T) + features @ features.T) / len(w)

    seconds, gram = timed(work)
    return seconds, sample(gram.numpy())


def training_numpy(a):
    x, y, outer = load(a["x"], a["n"]), load(a["y"]), load(a["a"])
    w, steps = load(a["w"], len(outer)), int(a["steps"])

    def work():
        hidden, norms = w.copy(), []
        for step in range(steps + 1):
            z = hidden @ x.T
            residual = outer @ np.maximum(z, 0.0) - y
            norms.append(residual @ residual)
            if step < steps:
                hidden -= 0.5 * (((z >= 0.0) * outer[:, None] * residual) @ x)
        return norms

    seconds, norms = timed(work)
    return seconds, [norms[0], norms[len(norms) // 2], norms[-1]]


def training_torch(a):
    import torch

    x, y, outer = (torch.from_numpy(v) for v in (load(a["x"], a["n"]), load(a["y"]), load(a["a"])))
    w, steps = torch.from_numpy(load(a["w"], len(outer))), int(a["steps"])

    def work():
        hidden, norms = w.clone(), []
        for step in range(steps + 1):
            z = hidden @ x.T
            residual = outer @ z.relu() - y
            norms.append(float(residual @ residual))
            if step < steps:
                hidden.sub_(((z >= 0.0) * outer[:, None] * residual) @ x, alpha=0.5)
        return norms

    seconds, norms = timed(work)
    return seconds, [norms[0], norms[len(norms) // 2], norms[-1]]


def margin(a):
    from sklearn.svm import SVC

    x, y = load(a["x"], a["n"]), load(a["y"])
    seconds, model = timed(lambda: SVC(kernel="linear", C=1e10, tol=1e-8).fit(x, y))
    return seconds, [1.0 / np.linalg.norm(model.coef_), 0.0]


def potential_numpy(a):
    """Newton's method on the dual of min Q(beta), X beta = y, with Armijo's rule."""
    x, y = load(a["x"], a["n"]), load(a["y"])
    c = np.full(x.shape[1], 2.0 * 0.1**2)

    def work():
        nu = np.zeros(len(y))

        def objective(v):
            return v @ y - np.sum(2.0 * c * np.sinh(0.5 * (x.T @ v)) ** 2)

        for _ in range(200):
            s = x.T @ nu
            gradient = y - x @ (c * np.sinh(s))
            step = np.linalg.solve((x * (c * np.cosh(s))) @ x.T, gradient)
            step *= min(1.0, 2.0 / np.max(np.abs(x.T @ step)))
            size, here, slope = 1.0, objective(nu), gradient @ step
            while objective(nu + size * step) < here + 1e-4 * size * slope - 1e-14 * abs(here) and size > 1e-10:
                size *= 0.5
            nu = nu + size * step
            if np.max(np.abs(step)) <= 1e-14 * (1.0 + np.max(np.abs(nu))):
                break
        beta = c * np.sinh(x.T @ nu)
        z = 2.0 * beta / c
        q = np.sum(c / 2.0 * (2.0 - np.sqrt(4.0 + z * z) + z * np.arcsinh(z / 2.0)))
        return q, np.max(np.abs(x @ beta - y))

    seconds, (q, residual) = timed(work)
    return seconds, [q, residual]


def potential_cvxopt(a):
    from cvxopt import matrix, solvers, spdiag

    solvers.options["show_progress"] = False
    x, y = load(a["x"], a["n"]), load(a["y"])
    d = x.shape[1]
    c = 2.0 * 0.1**2

    def convex(beta=None, weights=None):
        if beta is None:
            return 0, matrix(0.0, (d, 1))
        b = np.array(beta).ravel()
        z = 2.0 * b / c
        value = np.sum(c / 2.0 * (2.0 - np.sqrt(4.0 + z * z) + z * np.arcsinh(z / 2.0)))
        gradient = matrix(np.arcsinh(z / 2.0)).T
        if weights is None:
            return matrix(value), gradient
        return matrix(value), gradient, spdiag(matrix(weights[0] * (2.0 / c) / np.sqrt(4.0 + z * z)))

    seconds, result = timed(lambda: solvers.cp(convex, A=matrix(x), b=matrix(y)))
    return seconds, [result["primal objective"], 0.0]


def concentration(a):
    x, mean = load(a["x"], a["n"]), load(a["h"], a["n"])
    draws, width, radius = int(a["draws"]), int(a["m"]), int(a["permille"]) / 1000.0
    generator = np.random.default_rng(1)

    def work():
        products, far = x @ x.T, 0
        for _ in range(draws):
            w = generator.standard_normal((width, x.shape[1]))
            gates = (w @ x.T >= 0.0).astype(float)
            far += np.linalg.norm(products * (gates.T @ gates) / width - mean) > radius
        return far

    seconds, far = timed(work)
    return seconds, [far / draws]


def count_regions(layers, output):
    """Linear regions of a net on the line, interval by interval, vectorized over neurons."""
    pieces = [(-np.inf, np.inf, np.array([1.0]), np.array([0.0]))]
    for weights, biases in layers:
        refined = []
        for left, right, slopes, intercepts in pieces:
            s, b = weights @ slopes, weights @ intercepts + biases
            with np.errstate(divide="ignore", invalid="ignore"):
                roots = -b / s
            cuts = np.unique(roots[(roots > left) & (roots < right)])
            ends = np.concatenate(([left], cuts, [right]))
            for low, high in zip(ends[:-1], ends[1:]):
                if np.isinf(low):
                    middle = high - 1.0 if np.isfinite(high) else 0.0
                else:
                    middle = 0.5 * (low + high) if np.isfinite(high) else low + 1.0
                on = s * middle + b > 0.0
                refined.append((low, high, s * on, b * on))
        pieces = refined
    weights, biases = output
    lines = [((weights @ s)[0], (weights @ b + biases)[0]) for _, _, s, b in pieces]
    return 1 + sum(p != q for p, q in zip(lines[:-1], lines[1:]))


def regions(a):
    width, depth, nets = int(a["width"]), int(a["depth"]), int(a["nets"])
    values = load(a["w"], nets)

    def net(row):
        at, layers = 0, []
        for rows, columns in [(width, 1)] + [(width, width)] * (depth - 1) + [(1, width)]:
            weights = row[at : at + rows * columns].reshape(rows, columns)
            at += rows * columns
            layers.append((weights, row[at : at + rows]))
            at += rows
        return layers[:-1], layers[-1]

    seconds, counts = timed(lambda: [count_regions(*net(row)) for row in values])
    return seconds, [float(count) for count in counts]


def path_moment(a):
    """10^6 samples of the fourth power of one input derivative."""
    generator, total, samples = np.random.default_rng(1), 0.0, int(a["samples"])

    def work():
        sums = 0.0
        for _ in range(samples // 10_000):
            v = np.zeros((10_000, 8))
            v[:, 0] = 1.0
            for _ in range(10):
                w = generator.standard_normal((10_000, 8, 8)) * np.sqrt(2.0 / 8.0)
                gates = generator.random((10_000, 8)) < 0.5
                v = np.einsum("sij,sj->si", w, v) * gates
            out = np.einsum("si,si->s", generator.standard_normal((10_000, 8)) * np.sqrt(2.0 / 8.0), v)
            sums += np.sum(out**4)
        return sums / samples

    seconds, mean = timed(work)
    return seconds, [mean]


def product(a):
    x = load(a["x"], a["n"])
    seconds, result = timed(lambda: x @ x)
    return seconds, sample(result)


def gram(a):
    x = load(a["x"], a["n"])
    seconds, result = timed(lambda: x @ x.T)
    return seconds, sample(result)


def gauss_hermite(a):
    """The dual activations by the 25 x 25 rule, all pairs of a row at a time."""
    x, depth = load(a["x"], a["n"]), int(a["depth"])
    nodes, weights = np.polynomial.hermite_e.hermegauss(25)
    weights = weights / np.sqrt(2.0 * np.pi)
    from scipy.special import erf

    def cdf(z):
        return 0.5 * (1.0 + erf(z / np.sqrt(2.0)))

    functions = {
        "tanh": (np.tanh, lambda z: 1.0 / np.cosh(z) ** 2),
        "gelu": (lambda z: z * cdf(z), lambda z: cdf(z) + z * np.exp(-0.5 * z * z) / np.sqrt(2.0 * np.pi)),
    }
    f, slope = functions[a["activation"]]

    def expectation(g, k):
        q = np.sqrt(np.diag(k))
        outer = g(q[:, None] * nodes) * weights
        result = np.empty_like(k)
        for i in range(len(k)):
            rho = np.clip(k[i] / (q[i] * q), -1.0, 1.0)
            inner = rho[:, None, None] * nodes[:, None] + np.sqrt(1.0 - rho**2)[:, None, None] * nodes
            result[i] = np.einsum("a,jab,b->j", outer[i], g(q[:, None, None] * inner), weights)
        return result

    def work():
        k = x @ x.T
        theta = k.copy()
        for _ in range(depth):
            theta = theta * expectation(slope, k)
            k = expectation(f, k)
            theta = theta + k
        return k, theta

    seconds, (k, t) = timed(work)
    return seconds, sample(k) + sample(t)


WORKLOADS = {
    "relu:numpy": relu_numpy,
    "relu:torch": relu_torch,
    "smooth:numpy": gauss_hermite,
    "eigenvalues:scipy": eigenvalues,
    "smallest:numpy": smallest,
    "largest:scipy": largest,
    "solve:scipy": solve,
    "empirical:numpy": empirical_numpy,
    "empirical:torch": empirical_torch,
    "training:numpy": training_numpy,
    "training:torch": training_torch,
    "margin:scikit-learn": margin,
    "potential:numpy": potential_numpy,
    "potential:cvxopt": potential_cvxopt,
    "concentration:numpy": concentration,
    "regions:numpy": regions,
    "path-moment:numpy": path_moment,
    "ready": lambda _: (0.0, []),
    "product:numpy": product,
    "gram:numpy": gram,
}


def serve():
    for line in sys.stdin:
        name, *pairs = line.split()
        seconds, answer = WORKLOADS[name](dict(pair.split("=", 1) for pair in pairs))
        print(" ".join(repr(float(value)) for value in [seconds, *answer]), flush=True)


if __name__ == "__main__":
    serve()
