namespace NtkTheory.Models

open MathNet.Numerics.LinearAlgebra

/// A point of the plane on which the loss lies.
[<Struct>]
type ValleyPoint = { X: float; Y: float }

/// L(x, y) = (x^2 y^2 - 1)^2/2, whose minima xy = +-1 have sharpness 4 (x^2 + y^2): the smallest model in which
/// gradient descent ends at the edge of stability where gradient flow would end beyond it.
module EdgeOfStability =

    let private residual p = p.X * p.X * p.Y * p.Y - 1.0

    /// L.
    let loss p = let r = residual p in r * r / 2.0

    /// One step of gradient descent with step size eta.
    let step eta p =
        let pull = 2.0 * eta * residual p

        {
            X = p.X * (1.0 - pull * p.Y * p.Y)
            Y = p.Y * (1.0 - pull * p.X * p.X)
        }

    /// The Hessian of L.
    let hessian p : Matrix<float> =
        let r, x, y = residual p, p.X, p.Y
        let mixed = 4.0 * x * y * (x * x * y * y + r)

        Matrix<float>
            .Build.DenseOfRowArrays(
                [| 4.0 * x * x * y ** 4.0 + 2.0 * r * y * y; mixed |],
                [| mixed; 4.0 * y * y * x ** 4.0 + 2.0 * r * x * x |]
            )

    /// The largest eigenvalue of the Hessian.
    let sharpness p =
        let h = hessian p
        let centre, half = (h[0, 0] + h[1, 1]) / 2.0, (h[0, 0] - h[1, 1]) / 2.0
        centre + sqrt (half * half + h[0, 1] * h[0, 1])

    /// Where gradient flow ends: it keeps x^2 - y^2, so at sharpness 4 sqrt((x^2 - y^2)^2 + 4).
    let flowSharpness p =
        let d = p.X * p.X - p.Y * p.Y in 4.0 * sqrt (d * d + 4.0)

    /// The factor by which one step of descent multiplies x^2 - y^2: 1 - 4 eta^2 (x^2 y^2 - 1)^2 x^2 y^2.
    let balanceFactor eta p =
        let pull = 2.0 * eta * residual p * p.X * p.Y in 1.0 - pull * pull

    /// Descent until the loss is below `tolerance` after more than `least` steps: the end and the number of steps, or
    /// None where it leaves the plane or takes more than `most` steps.
    let descend eta tolerance least most start =
        let rec walk count p =
            if not (abs p.X < 1e100 && abs p.Y < 1e100) || count > most then
                None
            elif count > least && loss p < tolerance then
                Some(p, count)
            else
                walk (count + 1) (step eta p)

        walk 0 start
