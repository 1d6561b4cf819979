/// Learning rates per layer, and the limits of the kernel regime (lecture 7 and the lecture on pathologies).
module NtkTheory.Catalog.Architecture.LayerRates

open FsCheck
open FsCheck.FSharp
open NtkTheory.Numerics
open NtkTheory.Sampling
open NtkTheory.Claims
open NtkTheory.Models
open NtkTheory.Catalog.Architecture.Notes

/// A net at He initialization and the number k of one of its L + 1 weight matrices.
type LayerOf = {
    Widths: int list
    Law: WeightLaw
    K: int
}

let private layers =
    let generator =
        gen {
            let! widths = Shapes.widths (1, 6) 60
            let! law = Gen.elements [ Normal; Uniform; Laplace ]
            let! k = Gen.choose (1, widths.Length)

            return { Widths = widths; Law = law; K = k }
        }

    let shrink i =
        seq {
            for widths in Seq.append (Shapes.shorter 1 i.Widths) (Shapes.lower 1 i.Widths) do
                if i.K <= widths.Length then
                    yield { i with Widths = widths }
        }

    Arb.fromGenShrink (generator, shrink)

/// E of the squared derivatives by raw weights of layer k at |x|^2 = n_0: the normalized ones over 2 / n_{k-1}.
let private rawLayer i =
    let net = { HeNet.Widths = i.Widths; Law = i.Law }
    let x = List.replicate i.Widths.Head Rational.One
    let normalized = PathMoments.ntkLayerMeans net x |> List.item (i.K - 1)
    normalized / Rational.ratio 2 i.Widths[i.K - 1]

/// n_{k-1} |x|^2 / n_0.
let layerKernelsGrowWithTheirFanIn =
    let fan k (i: LayerOf) = Estimate.exact (float i.Widths[k i])

    let claim =
        Claim.identity layers (rawLayer >> Rational.estimate) (fan (fun i -> i.K - 1))

    {
        Entry = {
            page
                "learning-rate/ntk-layer-scaling"
                "Each weight matrix contributes its fan-in to the kernel in raw weights"
                @"At He initialization without biases $E \sum_{ij} (\partial z/\partial W^{(k)}_{ij})^2 = n_{k-1} |x|^2/n_0$ for every $k = 1..L+1$ and atomless symmetric law; biases at $0$ contribute $\prod_{l<k}(1 - 2^{-n_l})$ for $k \le L$ with $s'(0) = 0$, and $1$ for $k = L+1$."
                (orf "7" "Learning rates per layer")
                "Left: forward and backward second moments in exact fractions, |x|^2 = n_0. Right: the fan-in." with
                Remark = "For biases the factor is below 1 because of dead layers."
        }
        Claim = claim
        Controls = [
            Control.bound
                "the fan-out"
                (fun i -> Estimate.exact (if i.K = i.Widths.Length then 1.0 else float i.Widths[i.K]))
                claim
            Control.bound "twice the fan-in" (fun i -> Estimate.exact (2.0 * float i.Widths[i.K - 1])) claim
        ]
    }

/// The sum over layers of eta_k times the mean squared derivatives, with rates c / (L + 1) n_{k-1}^{-exponent}.
let private stability exponent (i: LayerOf) =
    let terms =
        [ 1 .. i.Widths.Length ]
        |> List.map (fun k ->
            float i.Widths[k - 1] ** -exponent
            * Rational.toFloat (rawLayer { i with K = k }))

    let value = List.average terms
    Estimate.rounded (4 * i.Widths.Length + 20) value value

let private stableBound _ = Estimate.exact 2.0

let private wideLayers =
    let generator =
        gen {
            let! length = Gen.choose (2, 5)
            let! power = Gen.choose (0, 12)
            let! offsets = Gen.listOfLength length (Gen.choose (1, 3))

            return {
                Widths = offsets |> List.map (fun o -> o * pown 2 power)
                Law = Normal
                K = 1
            }
        }

    Arb.fromGenShrink (
        generator,
        (fun i -> Shapes.lower 1 i.Widths |> Seq.map (fun w -> { i with Widths = w }))
    )

/// eta_w = O(1 / sqrt n) as printed.
let ratesOfOrderInverseRootWidthAreStable =
    let claim = Claim.atMost wideLayers (stability 0.5) stableBound

    {
        Entry = {
            page
                "learning-rate/effective-jacobian-scaling"
                "Learning rates of order 1/sqrt(n), as printed"
                @"Stability of gradient descent in the kernel regime allows $\eta_w^{(l)} = O(1/(L\sqrt{n_{l-1}})), \eta_b = O(1/L)$, from the effective Jacobian $(\eta_j \partial_j z)$."
                (orf "7" "Effective Jacobian")
                "Left: the mean over layers of n_{k-1}^{-1/2} E sum (dz/dW^(k))^2 at |x|^2 = n_0, exact moments. Right: 2, the limit of stability." with
                Status = FalseAsStated "learning-rate/effective-jacobian-scaling/repaired"
                Remark =
                    "Gradient descent moves z by -sum eta_j (d_j z)^2 (z - y): the Jacobian is (sqrt(eta_j) d_j z). Each layer then contributes sqrt(n): 4, 16, 64 at n = 16, 256, 4096. Read with a small o, n^{-3/5} fails as well."
        }
        Claim = claim
        Controls = [
            Control.create "rates n^{-3/5}, a small o of 1/sqrt(n)" {
                claim with
                    Measured = fun i _ -> stability 0.6 i
            }
            Control.create "rates free of the width" {
                claim with
                    Measured = fun i _ -> stability 0.0 i
            }
        ]
    }

/// eta_w = 1 / ((L+1) n_{l-1}) is stable.
let ratesOfOrderInverseWidthAreStable =
    let claim = Claim.atMost wideLayers (stability 1.0) stableBound

    {
        Entry = {
            page
                "learning-rate/effective-jacobian-scaling/repaired"
                "Learning rates of order 1/(L n) are stable"
                @"Stability is $\sum_j \eta_j (\partial_j z)^2 < 2$; with $\eta_w^{(l)} = 1/((L+1) n_{l-1})$ its mean at $|x|^2 = n_0$ is $1$ for all widths and depths."
                (added "7")
                "Left: the mean over layers of n_{k-1}^{-1} E sum (dz/dW^(k))^2, exact moments. Right: 2." with
                Status = Repairs "learning-rate/effective-jacobian-scaling"
                Sharpness = Loose
        }
        Claim = claim
        Controls = [
            Control.create "rates 1/sqrt(n)" {
                claim with
                    Measured = fun i _ -> stability 0.5 i
            }
            Control.scaled 0.4 claim
        ]
    }

/// f = c theta near theta_0, with a rate in tenths that has no place in the expansion.
type Line = {
    Slope: int
    From: int
    To: int
    TenthsEta: int
}

let private lines =
    let generator =
        gen {
            let! slope = Gen.choose (-5, 5)
            let! a = Gen.choose (-5, 5)
            let! b = Gen.choose (-5, 5)
            let! eta = Gen.choose (1, 9)

            return {
                Slope = slope
                From = a
                To = b
                TenthsEta = eta
            }
        }

    Arb.fromGenShrink (
        generator,
        (fun i -> Shapes.smaller 1 i.TenthsEta |> Seq.map (fun e -> { i with TenthsEta = e }))
    )

/// The linearization at theta_0 of a linear model is the model.
let linearizationHasNoLearningRate =
    let taylor factor i =
        float (i.Slope * i.From) + factor i * float (i.Slope * (i.To - i.From))
        |> Estimate.rounded 3 60.0

    let claim =
        Claim.identity lines (fun i -> Estimate.exact (float (i.Slope * i.To))) (taylor (fun _ -> 1.0))

    {
        Entry = {
            page
                "pathologies/linearization"
                "The linearized model has no learning rate in it"
                @"$\tilde z(\theta) = z(\theta_0) + \nabla z(\theta_0) \cdot (\theta - \theta_0)$, which for a model linear in $\theta$ is the model itself."
                (orf "Pathologies of NTK/GP regime" "Pathology 1")
                "Left: f(theta) = c theta. Right: its expansion at theta_0." with
                Remark =
                    "Printed with a spurious factor eta on the gradient term: f = 3 theta, theta_0 = 1, theta = 2, eta = 1/10 gives 3.3 in place of 6. It is a control."
        }
        Claim = claim
        Controls = [
            Control.bound
                "printed: eta on the gradient term"
                (taylor (fun i -> float i.TenthsEta / 10.0))
                claim
            Control.bound "the value at theta_0 alone" (taylor (fun _ -> 0.0)) claim
        ]
    }

/// A two-layer tanh net in the kernel or mean-field scaling.
type Scaled = {
    Width: int
    TenthsResidual: int
    TenthsEta: int
    Seed: int
}

let private scaledNets =
    let generator =
        gen {
            let! width = Gen.choose (1, 60)
            let! residual = Gen.choose (1, 30)
            let! eta = Gen.choose (1, 20)
            let! seed = Shapes.seeds

            return {
                Width = width
                TenthsResidual = residual
                TenthsEta = eta
                Seed = seed
            }
        }

    Arb.fromGenShrink (
        generator,
        (fun (i: Scaled) -> Shapes.smaller 1 i.Width |> Seq.map (fun n -> { i with Width = n }))
    )

let private dimension = 3

let private parts (i: Scaled) =
    let seed = Seed.ofInt i.Seed
    let w = Draw.normals (Seed.split "w" seed) (i.Width * dimension)
    let v = Draw.normals (Seed.split "v" seed) i.Width
    let x = Draw.normals (Seed.split "x" seed) dimension

    let h j =
        Seq.sum (Seq.init dimension (fun k -> w[j * dimension + k] * x[k]))
        / sqrt (float dimension)

    w, v, x, Array.init i.Width h

let private square (x: float[]) = Array.sumBy (fun t -> t * t) x

/// The mean squared change of the hidden preactivations after one step on one datum, by moving the weights:
/// f = scale * sum v_j tanh(h_j), loss gradient = residual.
let private featureChange scale eta (i: Scaled) =
    let w, v, x, h = parts i
    let residual = float i.TenthsResidual / 10.0

    let moved j =
        let gradient k =
            residual * scale * v[j] / (cosh h[j] ** 2.0) * x[k] / sqrt (float dimension)

        let after =
            Seq.sum (Seq.init dimension (fun k -> (w[j * dimension + k] - eta * gradient k) * x[k]))
            / sqrt (float dimension)

        (after - h[j]) ** 2.0

    Seq.averageBy moved (seq { 0 .. i.Width - 1 })

let private eta i = float i.TenthsEta / 10.0

let private predictedChange (power: float) i =
    let _, v, x, h = parts i
    let r = float i.TenthsResidual / 10.0

    let mean =
        Seq.averageBy (fun j -> (v[j] / cosh h[j] ** 2.0) ** 2.0) (seq { 0 .. i.Width - 1 })

    (eta i * r * square x / float dimension) ** 2.0 * mean / float i.Width ** power

let private nearChange i value =
    Estimate.within (1e-9 * (predictedChange 0.0 i + 1e-3 * sqrt (predictedChange 0.0 i))) value

/// Mean square feature change of order 1/n in the kernel scaling.
let kernelRegimeFeaturesMoveLikeTheInverseWidth =
    let measured i =
        featureChange (1.0 / sqrt (float i.Width)) (eta i) i |> nearChange i

    let claim =
        Claim.identity scaledNets measured (fun i -> predictedChange 1.0 i |> nearChange i)

    {
        Entry = {
            page
                "pathologies/no-feature-learning"
                "In the kernel regime features move by n^{-1/2}"
                @"$f = n^{-1/2}\sum v_i s(h_i), h_i = w_i \cdot x/\sqrt{n_0}$: one step with residual $r$ moves $h_i$ by $-\eta r n^{-1/2} v_i s'(h_i)|x|^2/n_0$, so the mean square change is $(\eta r |x|^2/n_0)^2 \frac1n \overline{v^2 s'^2}$: order $1/n$."
                (orf "Pathologies of NTK/GP regime" "Pathology 2")
                "Left: the weights moved by one gradient step and the preactivations computed anew. Right: the formula." with
                Remark =
                    "That learning happens in the last layer and to first order in hidden layers is informal."
        }
        Claim = claim
        Controls = [
            Control.bound "order 1" (fun i -> predictedChange 0.0 i |> nearChange i) claim
            Control.bound "order 1/n^2" (fun i -> predictedChange 2.0 i |> nearChange i) claim
        ]
    }

/// Mean-field scaling as printed: second-layer weights 1/n, rate of order 1. With w = x = 1, y = 0 and a linear net one
/// step sends f = 1 to (1 - eta n)(1 - eta/n).
let private rawStep exponent (i: Scaled) =
    let n = float i.Width
    let rate = eta i / 10.0 * n ** exponent
    // weights of both layers, moved by the gradient of f^2/2 at f = sum v_j w_j = 1
    let v, w = 1.0 / n - rate, 1.0 - rate / n
    abs (n * v * w) |> fun f -> Estimate.rounded 12 (1.0 + rate * n) f

let private noBlowUp _ = Estimate.exact 1.05

let private slow =
    scaledNets
    |> Arb.filter (fun i -> i.TenthsEta >= 5)
    |> Arb.mapFilter (fun i -> { i with Width = 40 * i.Width }) (fun _ -> true)

/// Rates of order 1 on raw weights 1/n, as printed.
let meanFieldStepsOfOrderOneAreStable =
    let claim = Claim.atMost slow (rawStep 0.0) noBlowUp

    {
        Entry = {
            page
                "pathologies/mean-field"
                "The mean-field scaling, as printed"
                @"With $W^{(k)} ~ N(0, C_w/n_{k-1})$ for $k \le L, N(0, 1/n_k^2)$ for $k = L+1$ and $\eta_w = \eta_b = O(1)$, training is stable and learns features."
                (orf "Pathologies of NTK/GP regime" "Fix")
                "Left: |f| after one step on f^2/2 from f = 1 for a linear two-layer net with raw output weights 1/n and all hidden weights 1, rate eta/10. Right: 1.05, no growth." with
                Status = FalseAsStated "pathologies/mean-field/repaired"
                Remark =
                    "The variance must be 1/n_L^2 (the printed index gives 1/n_{L+1}^2 = 1), and on raw weights 1/n the step must be O(1/n): f' = (1 - eta n)(1 - eta/n), -8.1 and -998.001 at n = 10 and 1000 for eta = 1."
        }
        Claim = claim
        Controls = [
            Control.create "rates n^{-1/2}, a small o of 1" {
                claim with
                    Measured = fun i _ -> rawStep -0.5 i
            }
            Control.scaled 0.5 claim
        ]
    }

/// f = (1/n) sum v_i s(w_i.x), eta = eta_0 n: features move by order 1.
let meanFieldFeaturesMoveIndependentlyOfTheWidth =
    let measured i =
        featureChange (1.0 / float i.Width) (eta i * float i.Width) i |> nearChange i

    let claim =
        Claim.identity scaledNets measured (fun i -> predictedChange 0.0 i |> nearChange i)

    {
        Entry = {
            page
                "pathologies/mean-field/repaired"
                "In the mean-field scaling features move by order 1"
                @"$f = \frac1n \sum v_i s(w_i \cdot x)$ with $\eta = \eta_0 n$: one step with residual $r$ moves $h_i$ by $-\eta_0 r v_i s'(h_i)|x|^2$ (per $n_0$ where $w$ is divided by $\sqrt{n_0})$, whatever the width."
                (added "Pathologies of NTK/GP regime")
                "Left: the weights moved by one gradient step with rate eta_0 n and the mean square change of the preactivations. Right: the formula without n." with
                Status = Repairs "pathologies/mean-field"
        }
        Claim = claim
        Controls = [
            Control.create "the rate eta_0 without the factor n" {
                claim with
                    Measured = fun i _ -> featureChange (1.0 / float i.Width) (eta i) i |> nearChange i
            }
            Control.bound "order 1/n" (fun i -> predictedChange 1.0 i |> nearChange i) claim
        ]
    }

/// Every line of the topic.
let all = [
    Theorem.pack layerKernelsGrowWithTheirFanIn
    Theorem.pack ratesOfOrderInverseRootWidthAreStable
    Theorem.pack ratesOfOrderInverseWidthAreStable
    Theorem.pack linearizationHasNoLearningRate
    Theorem.pack kernelRegimeFeaturesMoveLikeTheInverseWidth
    Theorem.pack meanFieldStepsOfOrderOneAreStable
    Theorem.pack meanFieldFeaturesMoveIndependentlyOfTheWidth
]
