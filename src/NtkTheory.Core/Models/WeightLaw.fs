namespace NtkTheory.Models

open System
open NtkTheory.Numerics
open NtkTheory.Sampling

/// The law of one normalized weight: mean 0, variance 1, symmetric.
type WeightLaw =
    | Normal
    /// Uniform on [-sqrt 3, sqrt 3].
    | Uniform
    /// Density exp(-sqrt 2 |w|) / sqrt 2.
    | Laplace
    /// Signs -1 and 1, the law with atoms.
    | Rademacher

/// Moments and draws of weight laws.
module WeightLaw =

    /// The fourth moment, exactly.
    let fourthMoment law =
        match law with
        | Normal -> Rational.ofInt 3
        | Uniform -> Rational.ratio 9 5
        | Laplace -> Rational.ofInt 6
        | Rademacher -> Rational.One

    /// Whether no value has positive probability.
    let isAtomless law = law <> Rademacher

    /// `count` independent weights.
    let draw law seed count =
        match law with
        | Normal -> Draw.normals seed count
        | Uniform -> Draw.uniformsBetween (-sqrt 3.0) (sqrt 3.0) seed count
        | Laplace ->
            Draw.uniforms seed count
            |> Array.map (fun u -> -float(sign (u - 0.5)) * log (1.0 - 2.0 * abs (u - 0.5)) / sqrt 2.0)
        | Rademacher -> Draw.signs seed count
