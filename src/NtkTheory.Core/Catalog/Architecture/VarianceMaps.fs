/// One layer of the covariance recursion and its fixed points (lecture of 9/19).
module NtkTheory.Catalog.Architecture.VarianceMaps

open FsCheck
open FsCheck.FSharp
open MathNet.Numerics
open NtkTheory.Numerics
open NtkTheory.Sampling
open NtkTheory.Claims
open NtkTheory.Models
open NtkTheory.Catalog.Architecture.Notes

/// One layer: activation, hyperparameters and variances in tenths, correlation in tenths.
type LayerMap = {
    Activation: Activation
    TenthsCb: int
    TenthsCw: int
    TenthsKaa: int
    TenthsKbb: int
    TenthsRho: int
}

let private parameters i = {
    Cb = float i.TenthsCb / 10.0
    Cw = float i.TenthsCw / 10.0
}

let private covariance i =
    let aa, bb = float i.TenthsKaa / 10.0, float i.TenthsKbb / 10.0

    {
        Kaa = aa
        Kbb = bb
        Kab = float i.TenthsRho / 10.0 * sqrt (aa * bb)
    }

let private maps activations =
    let generator =
        gen {
            let! activation = Gen.elements activations
            let! cb = Gen.choose (0, 20)
            let! cw = Gen.choose (1, 30)
            let! kaa = Gen.choose (1, 40)
            let! kbb = Gen.choose (1, 40)
            let! rho = Gen.choose (-9, 9)

            return {
                Activation = activation
                TenthsCb = cb
                TenthsCw = cw
                TenthsKaa = kaa
                TenthsKbb = kbb
                TenthsRho = rho
            }
        }

    let shrink i =
        seq {
            for cb in Shapes.smaller 0 i.TenthsCb do
                yield { i with TenthsCb = cb }

            if i.TenthsKaa <> 10 then
                yield { i with TenthsKaa = 10 }

            if i.TenthsKbb <> 10 then
                yield { i with TenthsKbb = 10 }
        }

    Arb.fromGenShrink (generator, shrink)

let private near i value =
    let k, p = covariance i, parameters i
    Estimate.within (1e-9 * (p.Cb + p.Cw * (1.0 + k.Kaa + k.Kbb))) value

let private light = { Instances = 0.3; Draws = 1.0 }

let private integratedNext i =
    let p = parameters i
    p.Cb + p.Cw * DualActivation.quadrature i.Activation (covariance i) |> near i

/// K'_ab = C_b + C_w K_ab for linear nets.
let linearCovariancesFollowAnAffineRecursion =
    let affine factor i =
        (parameters i).Cb + (parameters i).Cw * factor i * (covariance i).Kab |> near i

    let claim = {
        Claim.identity (maps [ Identity ]) integratedNext (affine (fun _ -> 1.0)) with
            Hypotheses = [
                Hypothesis.named "the identity as activation" (fun i -> i.Activation = Identity)
            ]
            Effort = light
    }

    {
        Entry = {
            page
                "criticality/linear-recursion"
                "Deep linear nets: the covariance follows an affine recursion"
                @"For s(t) = t: K^{(l+1)}_{ab} = C_b + C_w K^{(l)}_{ab}, so C_b = 0, C_w = 1 keep it."
                (orf "9/19" "Example (deep linear networks)")
                "Left: C_b + C_w times the Gaussian integral of s(u) s(v). Right: the recursion." with
                Remark =
                    "The notes' text reads tanh where the identity is meant; tanh is one of the controls."
        }
        Claim = claim
        Controls = [
            Control.without "the identity as activation" (maps [ Tanh ]) claim
            Control.bound "C_w squared" (affine (fun i -> (parameters i).Cw)) claim
        ]
    }

/// Depth of a linear net and its C_w in tenths.
type LinearDepth = { Depth: int; TenthsCw: int; K1: int }

let private depths =
    let generator =
        gen {
            let! depth = Gen.choose (1, 12)
            let! cw = Gen.choose (1, 25)
            let! k = Gen.choose (1, 9)
            return { Depth = depth; TenthsCw = cw; K1 = k }
        }

    Arb.fromGenShrink (
        generator,
        (fun (i: LinearDepth) -> Shapes.smaller 1 i.Depth |> Seq.map (fun d -> { i with Depth = d }))
    )

/// K^(l) = C_w^(l-1) K^(1) without biases.
let linearCovariancesGrowByTheWeightVariance =
    let measured (i: LinearDepth) =
        let p = {
            Cb = 0.0
            Cw = float i.TenthsCw / 10.0
        }

        let k = float i.K1

        let last =
            KernelRecursion.layers p Identity { Kaa = k; Kbb = k; Kab = k } i.Depth
            |> List.last

        Estimate.rounded (4 * i.Depth) last.Kab last.Kab

    let power exponent (i: LinearDepth) =
        let value = (float i.TenthsCw / 10.0) ** exponent (float i.Depth) * float i.K1
        Estimate.rounded (8 * i.Depth) value value

    let claim = Claim.identity depths measured (power (fun l -> l - 1.0))

    {
        Entry = {
            page
                "criticality/linear-remark"
                "Without biases a linear net's covariance grows by C_w per layer"
                @"For $s(t) = t$ and $C_b = 0: K^{(l+1)} = C_w K^{(l)}$, so $K^{(l)} = C_w^{l-1} K^{(1)}$ vanishes or explodes unless $C_w = 1$."
                (orf "9/19" "Remark")
                "Left: the recursion layer by layer. Right: the power." with
                Remark =
                    "Misprinted in the notes as K^{(l+1)} = (C_w)^2 K^{(l)}, which is a control: at C_w = 3/2, K = 1 the truth is 3/2, not 9/4."
        }
        Claim = claim
        Controls = [
            Control.bound "printed: C_w squared per layer" (power (fun l -> 2.0 * (l - 1.0))) claim
            Control.bound "one layer more" (power id) claim
        ]
    }

/// K'_aa = C_b + C_w K/2 for ReLU.
let reluVarianceIsHalved =
    let measured i =
        Criticality.map (parameters i) i.Activation (covariance i).Kaa |> near i

    let half share i =
        (parameters i).Cb + share * (parameters i).Cw * (covariance i).Kaa |> near i

    let claim = {
        Claim.identity (maps [ Relu ]) measured (half 0.5) with
            Hypotheses = [ Hypothesis.named "ReLU" (fun i -> i.Activation = Relu) ]
    }

    {
        Entry =
            page
                "criticality/relu-diagonal"
                "ReLU halves the variance"
                @"$K^{(l+1)}_{aa} = C_b + C_w K^{(l)}_{aa}/2$; with $C_b = 0$ it is kept exactly for $C_w = 2$ (He)."
                (orf "9/19" "Example ReLU")
                "Left: quadrature of the square over panels broken at the kink. Right: the formula."
        Claim = claim
        Controls = [
            Control.bound "not halved" (half 1.0) claim
            Control.without "ReLU" (maps [ Gelu; Tanh; LeakyRelu 0.3 ]) claim
        ]
    }

/// (Kaa, Kbb, Kab) is a closed map with explicit dual activations.
let covarianceTripleIsAClosedMap =
    let closed i =
        let p = parameters i
        p.Cb + p.Cw * DualActivation.value i.Activation (covariance i) |> near i

    let claim = {
        Claim.identity
            (maps [ Relu; Erf; Sin; Cos; Gelu; LeakyRelu 0.2; Bump; Abs; Step ])
            integratedNext
            closed with
            Effort = { Instances = 0.2; Draws = 1.0 }
    }

    let uncorrelated i =
        let k = covariance i
        let p = parameters i

        p.Cb + p.Cw * DualActivation.value i.Activation { k with Kab = 0.9 * k.Kab }
        |> near i

    let scaledBias i =
        let p = parameters i
        p.Cb + 1.1 * p.Cw * DualActivation.value i.Activation (covariance i) |> near i

    {
        Entry = {
            page
                "criticality/kernel-map-3d"
                "The covariances of two inputs follow a closed map in three variables"
                @"$(K_{aa}, K_{bb}, K_{ab}) \mapsto C_b + C_w E[s(u)s(v)]$: for ReLU $\tfrac12\sqrt{K_{aa}K_{bb}}\kappa_1(\rho)$, for erf $\tfrac2\pi \arcsin\frac{2K_{ab}}{\sqrt{(1+2K_{aa})(1+2K_{bb})}}$, for $sin e^{-(K_{aa}+K_{bb})/2}\sinh K_{ab}$, and closed forms for $cos$, GELU, leaky ReLU, $|t|$, the step and $e^{-t^2/2}$."
                (orf "9/19" "Recursion (#)")
                "Left: the two-dimensional Gaussian integral by the trapezoidal rule, or by panels broken at kinks. Right: the closed forms." with
                Remark =
                    "The correlation is clamped to [-1, 1]; near 1 the angle form is used, as 1 - rho cancels."
        }
        Claim = claim
        Controls = [
            Control.bound "a covariance shrunk by a tenth" uncorrelated claim
            Control.bound "weights of variance 1.1 C_w" scaledBias claim
        ]
    }

/// Long trajectories end at the root of the fixed-point equation.
let trajectoriesEndAtTheFixedPoint =
    let slope i =
        let p = parameters i
        abs (Criticality.chiParallel p.Cw i.Activation (covariance i).Kaa)

    let next i k =
        let p = parameters i
        p.Cb + p.Cw * DualActivation.value i.Activation { Kaa = k; Kbb = k; Kab = k }

    let limit i =
        Seq.fold (fun k _ -> next i k) 1.0 (seq { 1..400 })

    let root share i =
        let p = parameters i

        let roots =
            Criticality.fixedPoints { p with Cb = share * p.Cb } i.Activation 1e-3 1e3 40

        Estimate.within 1e-9 (List.last roots)

    let claim = {
        Claim.identity (maps [ Erf; Sin; Gelu ]) (limit >> Estimate.within 1e-9) (root 1.0) with
            Hypotheses = [
                Hypothesis.named "a bias" (fun i -> i.TenthsCb > 0)
                Hypothesis.named "weights of small variance" (fun i -> i.TenthsCw <= 12 && slope i < 0.95)
            ]
            Effort = { Instances = 0.3; Draws = 1.0 }
    }

    {
        Entry = {
            page
                "criticality/fixed-point"
                "Variances settle at the solution of the fixed-point equation"
                @"K_* = C_b + C_w E_{K_*}[s^2]: where |\chi_\parallel| < 1 along the way, K^{(l)} \to K_*."
                (orf "9/19" "Condition (*)")
                "Left: 400 layers of the closed variance map from K = 1. Right: the root by bracketing and Brent's method on quadratures." with
                Sharpness = Exact
        }
        Claim = claim
        Controls = [
            Control.bound "the root for half of the bias variance" (root 0.5) claim
            Control.bound "the bias variance itself" (fun i -> Estimate.exact (parameters i).Cb) claim
        ]
    }

/// Given features: their number, hyperparameters, and a seed that makes them.
type Features = {
    N: int
    TenthsCb: int
    TenthsCw: int
    Law: WeightLaw
    Seed: int
}

let private features (i: Features) =
    Draw.normals (Seed.ofInt i.Seed) i.N |> Array.map (max 0.0)

let private featureInstances law width =
    let generator =
        gen {
            let! n = Gen.choose width
            let! cb = Gen.choose (0, 2)
            let! cw = Gen.choose (5, 30)
            let! seed = Shapes.seeds

            return {
                N = n
                TenthsCb = cb
                TenthsCw = cw
                Law = law
                Seed = seed
            }
        }

    Arb.fromGenShrink (
        generator,
        (fun (i: Features) -> Shapes.smaller 1 i.N |> Seq.map (fun n -> { i with N = n }))
    )

/// Given a layer, the next preactivations are iid Gaussian: a unit combination of two has the same normal law.
let preactivationsAreIndependentGaussiansGivenTheLayerBelow =
    let variance power (i: Features) =
        let s = features i

        float i.TenthsCb / 10.0
        + float i.TenthsCw / 10.0 * Array.sumBy (fun t -> t * t) s / float i.N ** power

    let measured (i: Features) seed =
        let s = features i

        let neuron k =
            let seed = Seed.at k seed
            let weights = WeightLaw.draw i.Law seed i.N
            let bias = Draw.normals (Seed.split "bias" seed) 1

            sqrt (float i.TenthsCb / 10.0) * bias[0]
            + sqrt (float i.TenthsCw / 10.0 / float i.N)
              * Array.sum (Array.map2 (*) weights s)

        Estimate.exact (0.6 * neuron 0 + 0.8 * neuron 1)

    let cdf power i x =
        0.5 * SpecialFunctions.Erfc(-x / sqrt (2.0 * variance power i))

    let claim = {
        Claim.law (cdf 1.0) (featureInstances Normal (3, 20)) measured (fun _ -> Estimate.exact 0.0) with
            Hypotheses = [
                Hypothesis.named "Gaussian weights" (fun (i: Features) -> i.Law = Normal)
                Hypothesis.named "a living layer" (fun i -> variance 1.0 i > 0.0)
            ]
            Effort = { Instances = 1.0; Draws = 5.0 }
    }

    {
        Entry = {
            page
                "criticality/conditional-iid-gaussian"
                "Given a layer, the next preactivations are iid Gaussian"
                @"Given z^{(l)} the z^{(l+1)}_i are iid N(0, C_b + (C_w/n_l)|s(z^{(l)})|^2), for Gaussian weights."
                (orf "9/19" "Note")
                "Left: the combination 0.6 z_1 + 0.8 z_2 over draws of weights and biases, features fixed; it has the variance of one neuron only if the two are independent. Right: the normal law, judged by a band." with
                Remark =
                    "For other laws of the weights the preactivations are independent but not Gaussian: the control with signs and one feature."
        }
        Claim = claim
        Controls = [
            Control.create "without the mean over features" { claim with Kind = Law(cdf 0.0) }
            Control.without
                "Gaussian weights"
                (featureInstances Rademacher (1, 1)
                 |> Arb.mapFilter (fun i -> { i with TenthsCb = 0 }) (fun _ -> true))
                claim
        ]
    }

/// Every line of the topic.
let all = [
    Theorem.pack preactivationsAreIndependentGaussiansGivenTheLayerBelow
    Theorem.pack linearCovariancesFollowAnAffineRecursion
    Theorem.pack linearCovariancesGrowByTheWeightVariance
    Theorem.pack reluVarianceIsHalved
    Theorem.pack covarianceTripleIsAClosedMap
    Theorem.pack trajectoriesEndAtTheFixedPoint
]
