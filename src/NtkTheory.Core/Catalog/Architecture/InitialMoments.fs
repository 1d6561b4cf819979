/// Moments of random layers at initialization (lecture of 9/14).
module NtkTheory.Catalog.Architecture.InitialMoments

open FsCheck
open FsCheck.FSharp
open NtkTheory.Numerics
open NtkTheory.Sampling
open NtkTheory.Claims
open NtkTheory.Models
open NtkTheory.Catalog.Architecture.Notes

/// Two inputs of correlation rho in tenths, averaged over n neurons.
type NeuronAverage = {
    N: int
    TenthsKaa: int
    TenthsKbb: int
    TenthsRho: int
}

let private averages =
    let generator =
        gen {
            let! n = Gen.choose (1, 20)
            let! kaa = Gen.choose (1, 30)
            let! kbb = Gen.choose (1, 30)
            let! rho = Gen.elements [ -10; -9; -8; 8; 9; 10 ]

            return {
                N = n
                TenthsKaa = kaa
                TenthsKbb = kbb
                TenthsRho = rho
            }
        }

    Arb.fromGenShrink (generator, (fun i -> Shapes.smaller 1 i.N |> Seq.map (fun n -> { i with N = n })))

let private rho i = float i.TenthsRho / 10.0

let private kk i =
    float (i.TenthsKaa * i.TenthsKbb) / 100.0

let private batch = 16

/// Var of the squared deviation of the mean of n products u v: from the central fourth moment 9 + 42 r^2 + 9 r^4 and
/// the variance 1 + r^2 of one product of standard normal numbers of correlation r (Isserlis).
let private deviationSpread i = {
    Variance =
        (let n, r2 = float i.N, rho i ** 2.0
         let fourth, variance = 9.0 + 42.0 * r2 + 9.0 * r2 * r2, 1.0 + r2
         let mean4 = (fourth + 3.0 * (n - 1.0) * variance * variance) / (n * n * n)
         kk i ** 2.0 * (mean4 - (variance / n) ** 2.0) / float batch)
    Tail = Tail.FiniteVariance
    Resolution = 0.3
}

let private squaredDeviation i seed =
    let r = rho i
    let draws = Draw.normals seed (2 * i.N * batch)

    let one b =
        let product j =
            let u, w = draws[2 * (b * i.N + j)], draws[2 * (b * i.N + j) + 1]
            u * (r * u + sqrt (1.0 - r * r) * w)

        (Seq.averageBy product (seq { 0 .. i.N - 1 }) - r) ** 2.0

    let value = kk i * Seq.averageBy one (seq { 0 .. batch - 1 })
    Estimate.rounded (4 * i.N + 16) value value

/// Var of the neuron average of z_a z_b is (Kaa Kbb + Kab^2) / n.
let neuronAveragesOfProductsHaveVarianceOverN =
    let variance i =
        let value = kk i * (1.0 + rho i ** 2.0) / float i.N
        Estimate.rounded 6 value value

    let claim = {
        Claim.expectation deviationSpread averages squaredDeviation variance with
            Effort = { Instances = 1.0; Draws = 2.0 }
    }

    {
        Entry = {
            page
                "initialization/lln-covariance"
                "Neuron averages of products concentrate at rate 1/n with an exact variance"
                @"Given layer $l - 1$ (always for $l = 1)$ the $n$ neurons of layer $l$ are independent, so $(1/n)\sum_j z_{j;a} z_{j;b}$ has mean $K_{ab}$ and variance $(K_{aa} K_{bb} + K_{ab}^2)/n$; by Chebyshev it leaves $[K_{ab} - s, K_{ab} + s]$ with probability at most that over $s^2$."
                (orf "9/14" "Consequence 2")
                "Left: mean squared deviation of the average of n products of correlated Gaussians. Right: the formula. The variance of one squared deviation is exact (moments up to order eight)." with
                Remark =
                    "In deeper layers neurons share the random variance of the layer below: add Var Khat (nngp/kernel-variance-relu)."
        }
        Claim = claim
        Controls = [
            Control.bound
                "K_aa K_bb / n, as for independent inputs"
                (fun i -> Estimate.exact (kk i / float i.N))
                claim
            Control.scaled 2.0 claim
        ]
    }

let private heInstances =
    let generator =
        gen {
            let! widths = Shapes.widths (2, 7) 40
            let! x = Shapes.point widths.Head
            return widths, x
        }

    let shrink (widths: int list, x: int list) =
        seq {
            for smaller in Seq.append (Shapes.shorter 2 widths) (Shapes.lower 1 widths) do
                if smaller.Head = x.Length then
                    yield smaller, x
        }

    Arb.fromGenShrink (generator, shrink)

/// E (|z^(l)|^2 / n_l)^2 = K^2 (1 + 2/n_l) prod_{k<l} (1 + 5/n_k).
let squaredNormOfALayerHasAnExactSecondMoment =
    let measured (widths: int list, x) =
        let n = List.last widths

        PathMoments.preactivationFourth { Widths = widths; Law = Normal } (List.map Rational.ofInt x)
        / Rational.pow (Rational.ofInt n) 2
        |> Rational.estimate

    let formula own before (widths: int list, x: int list) =
        let k = 2.0 * float (List.sumBy (fun t -> t * t) x) / float x.Length
        let between = widths |> List.tail |> List.rev |> List.tail

        let value =
            between
            |> List.fold
                (fun p n -> p * (1.0 + before / float n))
                (k * k * (1.0 + own / float (List.last widths)))

        Estimate.rounded (4 * widths.Length + 6) value value

    let claim = Claim.identity heInstances measured (formula 2.0 5.0)

    {
        Entry =
            page
                "initialization/norm-preservation-relu"
                "The squared norm of a layer keeps its mean and has an exact second moment"
                @"At He initialization with Gaussian weights, K = 2|x|^2/n_0: E |z^{(l)}|^2/n_l = K and E (|z^{(l)}|^2/n_l)^2 = K^2 (1 + 2/n_l) \prod_{k<l} (1 + 5/n_k)."
                (orf "9/14" "Preserved norms, made exact for ReLU")
                "Left: transfer matrices on fourth moments in exact fractions. Right: the product."
        Claim = claim
        Controls = [
            Control.bound "5 for the last layer as well" (formula 5.0 5.0) claim
            Control.bound "2 for every layer, as for linear nets" (formula 2.0 2.0) claim
        ]
    }

/// Every line of the topic.
let all = [
    Theorem.pack neuronAveragesOfProductsHaveVarianceOverN
    Theorem.pack squaredNormOfALayerHasAnExactSecondMoment
]
