/// Hessians, Fisher information and tangent kernels (lecture of 10/3).
module NtkTheory.Catalog.Architecture.Hessians

open FsCheck
open FsCheck.FSharp
open MathNet.Numerics.LinearAlgebra
open NtkTheory.Numerics
open NtkTheory.Sampling
open NtkTheory.Claims
open NtkTheory.Models
open NtkTheory.Catalog.Architecture.Notes

/// A Gaussian model of location theta and variance s^2, in tenths.
type Location = {
    TenthsTheta: int
    TenthsVariance: int
}

let private locations =
    let generator =
        gen {
            let! theta = Gen.choose (-30, 30)
            let! variance = Gen.choose (1, 60)

            return {
                TenthsTheta = theta
                TenthsVariance = variance
            }
        }

    Arb.fromGenShrink (
        generator,
        (fun i ->
            Shapes.smaller 1 i.TenthsVariance
            |> Seq.map (fun v -> { i with TenthsVariance = v }))
    )

let private variance i = float i.TenthsVariance / 10.0

/// The mean over y ~ model of the second difference of -ln p(y | theta).
let private meanHessian i =
    let theta, v = float i.TenthsTheta / 10.0, variance i

    let loss t z =
        (t - (theta + sqrt v * z)) ** 2.0 / (2.0 * v)

    let h = 0.5

    let second z =
        (loss (theta + h) z - 2.0 * loss theta z + loss (theta - h) z) / (h * h)

    Estimate.within (1e-10 * (1.0 + 1.0 / v)) (GaussianExpectation.mean GaussianExpectation.standard second)

/// E of the squared score.
let private fisher i =
    let v = variance i
    let score z = z / sqrt v

    Estimate.within
        (1e-10 * (1.0 + 1.0 / v))
        (GaussianExpectation.mean GaussianExpectation.standard (fun z -> score z ** 2.0))

let private inverse (e: Estimate) = Estimate.within 1e-6 (-1.0 / e.Value)

/// Hessian = - inverse Fisher, as printed.
let hessianIsTheNegativeInverseFisher =
    let claim = Claim.identity locations meanHessian (fisher >> inverse)

    {
        Entry = {
            page
                "hessian/fisher"
                "Hessian and Fisher information, as printed"
                @"The loss Hessian is about the negative inverse of the Fisher information."
                (orf "10/3" "Loss Hessian")
                "Left: the mean over the model of the second difference of the negative log likelihood (exact for a quadratic). Right: minus the inverse of the mean squared score." with
                Status = FalseAsStated "hessian/fisher/repaired"
                Remark =
                    "For l = (theta - y)^2/(2 s^2), s^2 = 4, Hessian and Fisher information are both 1/4, and -1/Fisher is -4. The inverse is the variance of the estimator."
        }
        Claim = claim
        Controls = [
            Control.bound "the negative Fisher information" (fisher >> Estimate.negate) claim
            Control.bound "twice the Fisher information" (fisher >> Estimate.scale 2.0) claim
        ]
    }

/// E Hess(-ln p) = Fisher.
let meanHessianIsTheFisherInformation =
    let claim = Claim.identity locations meanHessian fisher

    {
        Entry = {
            page
                "hessian/fisher/repaired"
                "The mean Hessian of the negative log likelihood is the Fisher information"
                @"E_{y \sim p_\theta} \nabla^2_\theta(-\ln p_\theta(y)) = E[\nabla \ln p_\theta \nabla \ln p_\theta^T], for smooth models."
                (added "10/3")
                "Left: the mean over the model of a second difference. Right: the mean squared score; both by quadrature." with
                Status = Repairs "hessian/fisher"
        }
        Claim = claim
        Controls = [
            Control.bound "the printed negative inverse" (fisher >> inverse) claim
            Control.scaled 2.0 claim
        ]
    }

/// f_i = theta_1 theta_2 + c_i on N data, loss sum (f - y)^2/2: parameters, offsets and labels whole.
type Product = {
    Theta1: int
    Theta2: int
    Offsets: int list
}

let private products =
    let generator =
        gen {
            let! a = Gen.choose (-4, 4)
            let! b = Gen.choose (-4, 4)
            let! offsets = Shapes.integers (1, 1) (-6, 6)

            return {
                Theta1 = a
                Theta2 = b
                Offsets = offsets
            }
        }

    let shrink i =
        seq {
            for a in Shapes.lower 0 [ i.Theta1; i.Theta2 ] do
                yield { i with Theta1 = a[0]; Theta2 = a[1] }

            for o in Shapes.lower 0 i.Offsets do
                yield { i with Offsets = o }
        }

    Arb.fromGenShrink (generator, shrink)

let private rankOf (m: Matrix<float>) =
    let s = m.Svd(false).S

    s
    |> Seq.filter (fun v -> v > 1e-9 * (1.0 + s.Maximum()))
    |> Seq.length
    |> float
    |> Estimate.exact

/// J^T J and the residual part, for residual r_i = theta_1 theta_2 - offset_i.
let private hessianParts i =
    let a, b = float i.Theta1, float i.Theta2
    let n = float i.Offsets.Length
    let residual = i.Offsets |> List.sumBy (fun c -> a * b - float c)

    let gaussNewton =
        Matrix<float>.Build.DenseOfRowArrays([| n * b * b; n * a * b |], [| n * a * b; n * a * a |])

    gaussNewton, Matrix<float>.Build.DenseOfRowArrays([| 0.0; residual |], [| residual; 0.0 |])

let private dataCount i =
    Estimate.exact (float (min 2 i.Offsets.Length))

/// rank Hess <= min(#data, #params), as printed.
let hessianRankIsAtMostTheNumberOfData =
    let claim =
        Claim.atMost products (fun i -> let g, e = hessianParts i in rankOf (g + e)) dataCount

    {
        Entry = {
            page
                "hessian/rank-bound"
                "The rank of the Hessian, as printed"
                @"The loss Hessian has rank at most $\min(\#data, \#params)$."
                (orf "10/3" "Properties in the wild")
                "Left: the rank of the Hessian of (theta_1 theta_2 - y)^2/2 with one datum. Right: 1." with
                Status = FalseAsStated "hessian/rank-bound/repaired"
                Remark =
                    "The residual part sum r_k Hess f_k has no such bound: at (1, 2) with y = 1 the Hessian [[4, 3], [3, 1]] has determinant -5, rank 2 > 1."
        }
        Claim = claim
        Controls = [
            Control.create "the residual part alone" {
                claim with
                    Measured = fun i _ -> hessianParts i |> snd |> rankOf
            }
            Control.bound
                "one less than the data"
                (fun i -> Estimate.exact (float i.Offsets.Length - 0.5))
                claim
        ]
    }

/// rank of the Gauss-Newton part.
let gaussNewtonRankIsAtMostTheNumberOfData =
    let claim = Claim.atMost products (hessianParts >> fst >> rankOf) dataCount

    {
        Entry = {
            page
                "hessian/rank-bound/repaired"
                "The rank of the Gauss-Newton part is at most data times rank of the loss Hessian"
                @"$\mathrm{rank}(J^\top H_f J) \le \min(p, N\,\mathrm{rank}\,H_f)$ for $p$ parameters: $N C$ for squared loss, $N(C - 1)$ for softmax cross-entropy; it is the Hessian where residuals vanish."
                (added "10/3")
                "Left: the rank of the Gauss-Newton matrix of (theta_1 theta_2 - y)^2/2 with one datum. Right: 1." with
                Status = Repairs "hessian/rank-bound"
                Sharpness = Tight
        }
        Claim = claim
        Controls = [
            Control.create "the whole Hessian" {
                claim with
                    Measured = fun i _ -> let g, e = hessianParts i in rankOf (g + e)
            }
            Control.create "a tenth of the residual part" {
                claim with
                    Measured = fun i _ -> let g, e = hessianParts i in rankOf (g + e.Multiply 0.1)
            }
        ]
    }

/// Two curvatures and a rate in tenths.
type TwoCurvatures = {
    TenthsSmall: int
    TenthsLarge: int
    TenthsEta: int
}

let private curvatures =
    let generator =
        gen {
            let! small = Gen.choose (1, 30)
            let! more = Gen.choose (1, 30)
            let! eta = Gen.choose (1, 10)

            return {
                TenthsSmall = small
                TenthsLarge = small + more
                TenthsEta = eta
            }
        }

    Arb.fromGenShrink (
        generator,
        (fun i -> Shapes.smaller 1 i.TenthsEta |> Seq.map (fun e -> { i with TenthsEta = e }))
    )

let private contraction eta lambda =
    let step e = e - eta * lambda * e
    let value = abs (Seq.fold (fun e _ -> step e) 1.0 (seq { 1..3 })) ** (1.0 / 3.0)
    Estimate.within 1e-5 value

let private slowContraction i =
    contraction (float i.TenthsEta / 10.0) (float i.TenthsSmall / 10.0)

let private fastContraction i =
    contraction (float i.TenthsEta / 10.0) (float i.TenthsLarge / 10.0)

/// Larger curvature, faster decay, as printed.
let largerCurvatureIsFaster =
    let claim = Claim.atMost curvatures fastContraction slowContraction

    {
        Entry = {
            page
                "hessian/large-eig-faster"
                "Large eigenvalues optimize faster, as printed"
                @"A larger Hessian eigenvalue means a sharper surface and faster optimization along it."
                (orf "10/3" "Properties in the wild")
                "Left: the error's factor per step along the larger of two curvatures. Right: along the smaller one." with
                Status = FalseAsStated "hessian/large-eig-faster/repaired"
                Remark =
                    "The factor is |1 - eta lambda|: 0 at lambda = 1/eta, and 0.9 at 1.9/eta; it diverges beyond 2/eta."
        }
        Claim = claim
        Controls = [
            Control.scaled 0.5 claim
            Control.bound
                "the square of the other factor"
                (fun i -> let f = slowContraction i in Estimate.within 1e-4 (f.Value * f.Value))
                claim
        ]
    }

/// Up to 1/eta it holds.
let largerCurvatureIsFasterUpToTheInverseRate =
    let claim = {
        Claim.atMost curvatures fastContraction slowContraction with
            Hypotheses = [
                Hypothesis.named "curvatures up to 1/eta" (fun i -> i.TenthsLarge * i.TenthsEta <= 100)
            ]
    }

    let steep =
        curvatures
        |> Arb.mapFilter
            (fun i -> {
                i with
                    TenthsSmall = 10
                    TenthsLarge = 19 + i.TenthsSmall
                    TenthsEta = 10
            })
            (fun _ -> true)

    {
        Entry = {
            page
                "hessian/large-eig-faster/repaired"
                "Up to 1/eta a larger eigenvalue optimizes faster"
                @"For 0 < \lambda_1 \le \lambda_2 \le 1/\eta: |1 - \eta\lambda_2| \le |1 - \eta\lambda_1|."
                (added "10/3")
                "Left: the error's factor per step along the larger curvature, from three steps. Right: along the smaller." with
                Status = Repairs "hessian/large-eig-faster"
                Sharpness = Tight
        }
        Claim = claim
        Controls = [
            Control.without "curvatures up to 1/eta" steep claim
            Control.scaled 0.5 claim
        ]
    }

/// Top-eigenvector share of the squared gradient on diag(1, 1/10) after ten steps of rate 1/2.
let private gradientShare _ =
    let step (a, b) = 0.5 * a, 0.95 * b
    let a, b = Seq.fold (fun e _ -> step e) (1.0, 1.0) (seq { 1..10 })
    Estimate.rounded 100 1.0 (a * a / (a * a + (0.1 * b) ** 2.0))

/// Eigenvalues of the Gauss-Newton matrix above a tenth of the largest, for a random linear softmax classifier on
/// three separated clusters of ten points in five dimensions.
let private outlierCount seed =
    let classes, count, d = 3, 10, 5
    let noise = Draw.normals seed (classes * count * d)

    let feature c i : Vector<float> =
        Vector<float>
            .Build.Dense(d, fun k -> (if k = c then 4.0 else 0.0) + 0.5 * noise[(c * count + i) * d + k])

    let jacobian c i : Matrix<float> =
        let h = feature c i
        Matrix<float>.Build.Dense(classes, classes * d, fun k j -> if j / d = k then h[j % d] else 0.0)

    let table cell =
        Array.init classes (fun c -> Array.init count (cell c))

    let uniform: Vector<float> = Vector<float>.Build.Dense(classes, 1.0 / float classes)
    let g = Softmax.gaussNewton (table jacobian) (table (fun _ _ -> uniform))
    let values = g.Evd(Symmetricity.Symmetric).EigenValues.Real()

    values
    |> Seq.filter (fun v -> v > 0.1 * values.Maximum())
    |> Seq.length
    |> float
    |> Estimate.exact

/// Every line of the topic.
let all = [
    Theorem.pack hessianIsTheNegativeInverseFisher
    Theorem.pack meanHessianIsTheFisherInformation
    Theorem.pack hessianRankIsAtMostTheNumberOfData
    Theorem.pack gaussNewtonRankIsAtMostTheNumberOfData
    Theorem.pack largerCurvatureIsFaster
    Theorem.pack largerCurvatureIsFasterUpToTheInverseRate
    Observed(
        {
            page
                "hessian/outliers"
                "The Hessian spectrum has about as many outliers as classes"
                @"The spectrum of the loss Hessian is a bulk and about $C$ outliers, $C$ the number of classes."
                (orfAfter "Sagun et al." "10/3" "Hessian eigenvalues")
                "Eigenvalues of the Gauss-Newton matrix above a tenth of the largest, for a linear softmax classifier at uniform predictions on three separated clusters." with
                Status = Empirical
                Sharpness = Loose
        },
        {
            Figure = "eigenvalues above a tenth of the largest, three classes (count)"
            Run = outlierCount
        }
    )
    Observed(
        {
            page
                "hessian/gradient-top-eigenspace"
                "Gradients lie in the top eigenspace"
                @"The loss gradient lies mostly in the span of the top Hessian eigenvectors."
                (orfAfter "Gur-Ari, Roberts and Dyer" "10/3" "Hessian eigenvectors")
                "The top eigenvector's share of the squared gradient on diag(1, 1/10) after ten steps of rate 1/2 from (1, 1)." with
                Status = Empirical
                Sharpness = Loose
                Remark =
                    "False on quadratics: there the gradient leaves the top eigenspace, as that is fitted first; the share falls from 0.990 to 0.0003 in ten steps."
        },
        {
            Figure = "share of |gradient|^2 along the top eigenvector after ten steps (fraction)"
            Run = gradientShare
        }
    )
]
