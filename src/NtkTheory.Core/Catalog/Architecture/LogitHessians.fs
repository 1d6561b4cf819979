/// Hessians by logits and by parameters (lecture of 10/5).
module NtkTheory.Catalog.Architecture.LogitHessians

open FsCheck
open FsCheck.FSharp
open MathNet.Numerics.LinearAlgebra
open NtkTheory.Numerics
open NtkTheory.Sampling
open NtkTheory.Claims
open NtkTheory.Models
open NtkTheory.Catalog.Architecture.Notes

/// Logits in tenths.
type Logits = {
    Tenths: int list
    Row: int
    Column: int
}

let private logits =
    let generator =
        gen {
            let! tenths = Shapes.integers (2, 5) (-30, 30)
            let! row = Gen.choose (0, tenths.Length - 1)
            let! column = Gen.choose (0, tenths.Length - 1)

            return {
                Tenths = tenths
                Row = row
                Column = column
            }
        }

    Arb.fromGenShrink (
        generator,
        (fun i -> Shapes.lower 0 i.Tenths |> Seq.map (fun t -> { i with Tenths = t }))
    )

let private logitVector i : Vector<float> =
    Vector<float>.Build.DenseOfEnumerable(i.Tenths |> Seq.map (fun t -> float t / 10.0))

let private second (f: Vector<float> -> float) (at: Vector<float>) j k h =
    let moved a b =
        let v = at.Clone()
        v[j] <- v[j] + a
        v[k] <- v[k] + b
        f v

    (moved h h - moved h -h - moved -h h + moved -h -h) / (4.0 * h * h)

/// Hess of cross-entropy = diag p - p p^T = sum p_c (p - e_c)(p - e_c)^T.
let softmaxHessianIsTheCovarianceOfLabels =
    let measured i =
        second (Softmax.crossEntropy 0) (logitVector i) i.Row i.Column 1e-3
        |> Estimate.within 1e-5

    let mixture weight i =
        let p = Softmax.probabilities (logitVector i)

        let term c =
            let shifted k = p[k] - (if k = c then 1.0 else 0.0)
            weight p c * shifted i.Row * shifted i.Column

        Estimate.within 1e-12 (Seq.sumBy term (seq { 0 .. p.Count - 1 }))

    let claim = Claim.identity logits measured (mixture (fun p c -> p[c]))

    {
        Entry =
            page
                "classifiers/softmax-hessian"
                "The Hessian of cross-entropy by the logits is the covariance of the label"
                @"$\nabla^2_f \ell = diag(p) - p p^T = \sum_c p_c (p - e_c)(p - e_c)^T, \nabla_f \ell = p - e_y$, for every label $y$."
                (orf "10/5" "Gauss-Newton decomposition")
                "Left: a second difference of the cross-entropy. Right: the mixture over labels."
        Claim = claim
        Controls = [
            Control.bound "all labels alike" (mixture (fun p _ -> 1.0 / float p.Count)) claim
            Control.bound "the true label alone" (mixture (fun _ c -> if c = 0 then 1.0 else 0.0)) claim
        ]
    }

/// A model with quadratic logits f_k = theta^T A_k theta/2 + b_k.theta from a seed, D parameters and C classes.
type Quadratic = {
    C: int
    D: int
    Label: int
    Seed: int
}

let private quadratics =
    let generator =
        gen {
            let! c = Gen.choose (2, 4)
            let! d = Gen.choose (1, 4)
            let! label = Gen.choose (0, c - 1)
            let! seed = Shapes.seeds

            return {
                C = c
                D = d
                Label = label
                Seed = seed
            }
        }

    Arb.fromGenShrink (generator, (fun i -> Shapes.smaller 1 i.D |> Seq.map (fun d -> { i with D = d })))

let private model i =
    let seed = Seed.ofInt i.Seed

    let curvature k : Matrix<float> =
        let m: Matrix<float> = Draw.normalMatrix (Seed.at k (Seed.split "A" seed)) i.D i.D
        (m + m.Transpose()).Multiply 0.5

    let slopes: Matrix<float> = Draw.normalMatrix (Seed.split "b" seed) i.C i.D

    let theta: Vector<float> =
        Vector<float>.Build.DenseOfArray(Draw.normals (Seed.split "theta" seed) i.D)

    Array.init i.C curvature, slopes, theta

let private logitsAt
    (curvatures: Matrix<float>[])
    (slopes: Matrix<float>)
    (theta: Vector<float>)
    : Vector<float> =
    Vector<float>
        .Build.Dense(
            curvatures.Length,
            fun k -> 0.5 * theta.DotProduct(curvatures[k] * theta) + slopes.Row(k).DotProduct theta
        )

/// Hess = J^T (diag p - p p^T) J + sum_k (p - e_y)_k Hess f_k.
let hessianSplitsIntoGaussNewtonAndResidual =
    let measured i =
        let curvatures, slopes, theta = model i

        let loss t =
            Softmax.crossEntropy i.Label (logitsAt curvatures slopes t)

        second loss theta 0 (i.D - 1) 1e-3 |> Estimate.within 2e-3

    let parts gaussNewton residual i =
        let curvatures, slopes, theta = model i

        let jacobian: Matrix<float> =
            Matrix<float>
                .Build.DenseOfRowVectors(curvatures |> Seq.mapi (fun k a -> a * theta + slopes.Row k))

        let f = logitsAt curvatures slopes theta

        let inner =
            jacobian.TransposeThisAndMultiply(Softmax.hessian (Softmax.probabilities f) * jacobian)

        let error = Softmax.gradient i.Label f
        let bend = Seq.sum (Seq.init i.C (fun k -> error[k] * curvatures[k].[0, i.D - 1]))
        Estimate.within 1e-10 (gaussNewton * inner[0, i.D - 1] + residual * bend)

    let claim = Claim.identity quadratics measured (parts 1.0 1.0)

    {
        Entry = {
            page
                "classifiers/gn-decomposition"
                "The Hessian of a classifier splits into a Gauss-Newton and a residual part"
                @"\nabla^2_\theta \ell = J^T (diag(p) - p p^T) J + \sum_k (p - e_y)_k \nabla^2_\theta f_k."
                (orfAfter "Papyan 2019" "10/5" "Gauss-Newton decomposition")
                "Left: a second difference of the cross-entropy of a model with quadratic logits. Right: the two parts." with
                Remark = "The displayed formula of the notes is garbled."
        }
        Claim = claim
        Controls = [
            Control.bound "the Gauss-Newton part alone" (parts 1.0 0.0) claim
            Control.bound "the residual part alone" (parts 0.0 1.0) claim
        ]
    }

/// Every line of the topic.
let all = [
    Theorem.pack softmaxHessianIsTheCovarianceOfLabels
    Theorem.pack hessianSplitsIntoGaussNewtonAndResidual
]
