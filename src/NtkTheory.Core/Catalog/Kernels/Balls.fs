/// Balls of ReLU weights around a random start, at one unit point.
module NtkTheory.Catalog.Kernels.Balls

open FsCheck.FSharp
open NtkTheory.Models
open NtkTheory.Numerics
open NtkTheory.Sampling

/// A ball of weights around a random start, at one unit point.
type Ball = {
    Width: int
    Radius: float
    /// The probability of failure allowed.
    Delta: float
    Seed: int
}

/// Balls of the given widths and radii, evenly in the logarithm.
let balls widths radii =
    let make =
        gen {
            let! width = Setting.wholeSpread widths
            let! radius = Setting.spread radii
            let! delta = Gen.elements [ 0.01; 0.05; 0.2; 0.5; 0.9 ]
            let! seed = Points.seeds

            return {
                Width = width
                Radius = radius
                Delta = delta
                Seed = seed
            }
        }

    make
    |> Shrinking.towards (fun ball -> [
        { ball with Width = fst widths }
        {
            ball with
                Width = Shrinking.half (fst widths) ball.Width
        }
        {
            ball with
                Width = Shrinking.less (fst widths) ball.Width
        }
        { ball with Radius = 1.0 }
        { ball with Seed = ball.Seed / 2 }
    ])


/// Preactivations and outer signs of a draw: for a unit point the preactivations are standard normal.
let draw seed ball =
    Draw.normals (Seed.split "preactivations" seed) ball.Width,
    Draw.signs (Seed.split "outer" seed) ball.Width

/// The draw of the ball's own seed.
let ownDraw ball = draw (Seed.ofInt ball.Seed) ball

/// A prefix sum of m sorted magnitudes, with its rounding.
let sumRadius ball =
    Estimate.rounded (2 * ball.Width + 8) (float ball.Width + ball.Radius * sqrt (float ball.Width))

/// The exact supremum of |f - f_0| over the ball for a draw of the start.
let suprema ball seed =
    let t, a = draw seed ball
    sumRadius ball (Linearization.reluSup t a ball.Radius)
