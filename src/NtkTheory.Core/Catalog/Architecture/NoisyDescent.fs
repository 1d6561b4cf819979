/// Gradient descent with noise (lecture 7 of the notes).
module NtkTheory.Catalog.Architecture.NoisyDescent

open FsCheck
open FsCheck.FSharp
open NtkTheory.Numerics
open NtkTheory.Sampling
open NtkTheory.Claims
open NtkTheory.Catalog.Architecture.Notes

/// Noisy descent with given rates and noises.
type Noisy = {
    TenthsLambda: int list
    ThousandthsEta: int list
    Noise: int
    Seed: int
}

let private noisy =
    let generator =
        gen {
            let! d = Gen.choose (1, 3)
            let! lambda = Gen.listOfLength d (Gen.choose (1, 10))
            let! t = Gen.choose (1, 8)
            let! etas = Gen.listOfLength t (Gen.choose (0, 1900))
            let! noise = Gen.choose (0, 3)
            let! seed = Shapes.seeds

            return {
                TenthsLambda = lambda
                ThousandthsEta = etas
                Noise = noise
                Seed = seed
            }
        }

    Arb.fromGenShrink (
        generator,
        (fun i ->
            Shapes.shorter 1 i.ThousandthsEta
            |> Seq.map (fun e -> { i with ThousandthsEta = e }))
    )

let private norm (values: float list) =
    sqrt (List.sumBy (fun v -> v * v) values)

let private noisyParts (i: Noisy) =
    let lambda = i.TenthsLambda |> List.map (fun l -> float l / 10.0)
    let etas = i.ThousandthsEta |> List.map (fun e -> float e / 1000.0)

    let noise s =
        Draw.normals (Seed.at s (Seed.ofInt i.Seed)) lambda.Length
        |> Array.map (fun z -> float i.Noise * z)
        |> List.ofArray

    lambda, etas, List.init etas.Length noise

/// |e_t| <= |e_0| e^{-lmin sum eta} + sum_s eta_s |xi_s| e^{-lmin sum_{r>s} eta_r}.
let noisyErrorsDecayToTheAccumulatedNoise =
    let measured i =
        let lambda, etas, noises = noisyParts i
        let start = lambda |> List.map (fun _ -> 1.0)

        let step e (eta, xi) =
            List.map3 (fun l v x -> v - eta * (l * v + x)) lambda e xi

        let value = norm (List.fold step start (List.zip etas noises))
        Estimate.rounded (10 * etas.Length + 20) (value + 1e-3) value

    let bound later i =
        let lambda, etas, noises = noisyParts i
        let low = List.min lambda

        let after s =
            etas |> List.skip (min etas.Length (s + 1)) |> List.sum |> later

        let drift = sqrt (float lambda.Length) * exp (-low * List.sum etas)

        let kicks =
            List.mapi2 (fun s eta xi -> eta * norm xi * exp (-low * after s)) etas noises
            |> List.sum

        Estimate.rounded (20 * etas.Length + 20) (drift + kicks) (drift + kicks)

    let admissible (i: Noisy) =
        let low, high = List.min i.TenthsLambda, List.max i.TenthsLambda

        i.ThousandthsEta
        |> List.forall (fun e -> float e / 1000.0 <= 20.0 / float (low + high))

    let claim = {
        Claim.atMost noisy measured (bound id) with
            Hypotheses = [ Hypothesis.named "every eta at most 2/(lmin + lmax)" admissible ]
            Effort = { Instances = 3.0; Draws = 1.0 }
    }

    let large =
        noisy
        |> Arb.mapFilter
            (fun i -> {
                i with
                    TenthsLambda = [ 1; 10 ]
                    ThousandthsEta = List.replicate 6 2500
                    Noise = 0
            })
            (fun _ -> true)

    {
        Entry = {
            page
                "learning-rate/noisy-bound"
                "With noisy gradients the error decays to the accumulated noise"
                @"For 0 \le \eta_s \le 2/(\lambda_{min} + \lambda_{max}): |e_t| \le |e_0| e^{-\lambda_{min}\sum_{s<t}\eta_s} + \sum_{s<t} \eta_s |\xi_s| e^{-\lambda_{min}\sum_{r=s+1}^{t-1}\eta_r}."
                (orf "7" "Intuition 2")
                "Left: the norm after noisy steps on a diagonal problem. Right: the sum." with
                Sharpness = Tight
                Remark =
                    "The notes print the range s = t..t in the second exponent, a misprint for r = s+1..t-1; damping a kick by twice the later rates is a control."
        }
        Claim = claim
        Controls = [
            Control.bound "kicks damped twice as fast" (bound (fun sum -> 2.0 * sum)) claim
            Control.without "every eta at most 2/(lmin + lmax)" large claim
        ]
    }

/// Curvature and rate in tenths, noise variance.
type Floor = {
    TenthsLambda: int
    TenthsEta: int
    NoiseVariance: int
}

/// E e^2 settles at eta s^2/(lambda (2 - eta lambda)).
let constantStepsLeaveANoiseFloor =
    let instances =
        gen {
            let! lambda = Gen.choose (1, 30)
            let! eta = Gen.choose (1, 30)
            let! noise = Gen.choose (1, 9)

            return {
                TenthsLambda = lambda
                TenthsEta = eta
                NoiseVariance = noise
            }
        }

    let parts i =
        float i.TenthsLambda / 10.0, float i.TenthsEta / 10.0, float i.NoiseVariance

    let measured i =
        let lambda, eta, noise = parts i
        let factor = (1.0 - eta * lambda) ** 2.0

        let value =
            Seq.fold (fun v _ -> factor * v + eta * eta * noise) 0.0 (seq { 1..4000 })

        Estimate.rounded 20000 value value

    let formula two i =
        let lambda, eta, noise = parts i
        let value = eta * noise / (lambda * (two - eta * lambda))
        Estimate.rounded 40 value value

    let claim = {
        Claim.identity (Arb.fromGen instances) measured (formula 2.0) with
            Hypotheses = [
                Hypothesis.named "a stable rate" (fun i ->
                    let lambda, eta, _ = parts i in eta * lambda < 1.95 && eta * lambda > 0.02)
            ]
    }

    {
        Entry =
            page
                "learning-rate/constant-step-noise-floor"
                "A constant rate leaves a noise floor"
                @"e_{t+1} = (1 - \eta\lambda) e_t - \eta \xi_t with Var \xi = s^2, 0 < \eta < 2/\lambda: E e_t^2 \to \frac{\eta s^2}{\lambda(2 - \eta\lambda)}."
                (added "7")
                "Left: 4000 steps of the exact recursion of E e^2. Right: the formula."
        Claim = claim
        Controls = [
            Control.bound
                "eta s^2 / (2 lambda), to first order"
                (fun i ->
                    let lambda, eta, noise = parts i
                    Estimate.exact (eta * noise / (2.0 * lambda)))
                claim
            Control.bound "3 in place of 2" (formula 3.0) claim
        ]
    }

/// Every line of the topic.
let all = [
    Theorem.pack noisyErrorsDecayToTheAccumulatedNoise
    Theorem.pack constantStepsLeaveANoiseFloor
]
