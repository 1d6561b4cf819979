/// Sharpness, the edge of stability and catapults (lecture of 10/5).
module NtkTheory.Catalog.Architecture.Sharpness

open FsCheck
open FsCheck.FSharp
open NtkTheory.Numerics
open NtkTheory.Sampling
open NtkTheory.Claims
open NtkTheory.Catalog.Architecture.Notes

/// Curvatures and rate in tenths, on a quadratic from (1, .., 1).
type Descent = {
    TenthsLambda: int list
    TenthsEta: int
}

let private descents =
    let generator =
        gen {
            let! lambda = Shapes.integers (1, 3) (1, 60)
            let! eta = Gen.choose (1, 20)

            return {
                TenthsLambda = lambda
                TenthsEta = eta
            }
        }

    Arb.fromGenShrink (
        generator,
        (fun i ->
            Shapes.shorter 1 i.TenthsLambda
            |> Seq.map (fun l -> { i with TenthsLambda = l }))
    )

/// GD diverges iff eta lmax > 2.
let descentDivergesBeyondTwoOverTheSharpness =
    let diverges i =
        let eta = float i.TenthsEta / 10.0

        let step e =
            List.map2 (fun l v -> v - eta * float l / 10.0 * v) i.TenthsLambda e

        let size e = List.sumBy abs e
        let start = i.TenthsLambda |> List.map (fun _ -> 1.0)

        let last =
            Seq.fold (fun e _ -> if size e > 1e100 then e else step e) start (seq { 1..2000 })

        Estimate.exact (if size last > 1e6 then 1.0 else 0.0)

    let threshold limit i =
        Estimate.exact (
            if i.TenthsEta * List.max i.TenthsLambda > limit then
                1.0
            else
                0.0
        )

    let claim = {
        Claim.identity descents diverges (threshold 200) with
            Hypotheses = [
                Hypothesis.named "off the edge" (fun i -> i.TenthsEta * List.max i.TenthsLambda <> 200)
            ]
    }

    {
        Entry = {
            page
                "classifiers/sharpness"
                "Gradient descent on a quadratic diverges exactly beyond 2/sharpness"
                @"On a quadratic with largest curvature $\lambda_{max}$ gradient descent from a generic start diverges iff $\eta \lambda_{max} > 2$."
                (orfAfter "Cohen et al. 2021" "10/5" "Sharpness")
                "Left: 1 if 2000 steps pass a million, else 0. Right: 1 if eta lmax > 2, else 0 (rates and curvatures in tenths; the edge itself is left out)." with
                Sharpness = Exact
        }
        Claim = claim
        Controls = [
            Control.bound "threshold 1" (threshold 100) claim
            Control.bound "threshold 4, as in the catapult" (threshold 400) claim
        ]
    }

/// A two-layer linear net f = u.v/sqrt n on one datum x = 1, y = 0: width, f and lambda at the start, rate, in tenths.
type Catapult = {
    N: int
    TenthsEta: int
    Steps: int
    Seed: int
}

let private catapults =
    let generator =
        gen {
            let! n = Gen.choose (1, 30)
            let! eta = Gen.choose (1, 15)
            let! steps = Gen.choose (1, 6)
            let! seed = Shapes.seeds

            return {
                N = n
                TenthsEta = eta
                Steps = steps
                Seed = seed
            }
        }

    Arb.fromGenShrink (
        generator,
        (fun i -> Shapes.smaller 1 i.Steps |> Seq.map (fun s -> { i with Steps = s }))
    )

let private catapultStart i =
    Draw.normals (Seed.split "u" (Seed.ofInt i.Seed)) i.N,
    Draw.normals (Seed.split "v" (Seed.ofInt i.Seed)) i.N

let private output n (u: float[]) (v: float[]) =
    Array.fold2 (fun s a b -> s + a * b) 0.0 u v / sqrt n

let private kernel n (u: float[]) (v: float[]) =
    (Array.sumBy (fun t -> t * t) u + Array.sumBy (fun t -> t * t) v) / n

/// The recursion of (f, lambda) equals descent on the weights.
let functionAndKernelFollowAClosedRecursion =
    let n i = float i.N

    let descended i =
        let eta = float i.TenthsEta / 10.0

        let step (u, v) _ =
            let f = output (n i) u v
            let pull = eta * f / sqrt (n i)
            Array.map2 (fun a b -> a - pull * b) u v, Array.map2 (fun a b -> b - pull * a) u v

        Seq.fold step (catapultStart i) (seq { 1 .. i.Steps })

    let recursion drift i =
        let eta = float i.TenthsEta / 10.0
        let u, v = catapultStart i

        let step (f, l) _ =
            f * (1.0 - eta * l + eta * eta * f * f / n i), l + eta * f * f / n i * (eta * l - drift)

        Seq.fold step (output (n i) u v, kernel (n i) u v) (seq { 1 .. i.Steps })

    let total (f, l) =
        // f and lambda are weighed together; both sides round by a few parts in 1e16 per step, and errors grow with the size
        Estimate.within (1e-9 * (1.0 + abs f + abs l) ** 2.0) (f + 2.0 * l)

    let measured i =
        let u, v = descended i
        total (output (n i) u v, kernel (n i) u v)

    let claim = {
        Claim.identity catapults measured (recursion 4.0 >> total) with
            Hypotheses = [
                Hypothesis.named "still bounded" (fun i ->
                    let f, l = recursion 4.0 i in abs f < 1e3 && abs l < 1e3)
            ]
    }

    {
        Entry = {
            page
                "classifiers/catapult"
                "Function and kernel of the two-layer linear net follow a closed recursion"
                @"$f = u \cdot v/\sqrt n$, loss $f^2/2, \lambda = (|u|^2 + |v|^2)/n: f' = f(1 - \eta\lambda + \eta^2 f^2/n), \lambda' = \lambda + (\eta f^2/n)(\eta\lambda - 4)$. So $\lambda$ falls while $\eta\lambda < 4: C_* = 4$ for this model as $n \to \infty$."
                (orfAfter "Lewkowycz et al. 2020" "10/5" "Large learning rates")
                "Left: f + 2 lambda after descent on u and v. Right: the same of the recursion." with
                Remark =
                    "For other models the divergence threshold C_* is unknown; the notes call it a mystery. At n = 100, f = 1, eta = 1 it converges from lambda = 2.5, 3.5, 3.9 and diverges from 4.1."
        }
        Claim = claim
        Controls = [
            Control.bound "2 in place of 4" (recursion 2.0 >> total) claim
            Control.bound
                "no change of the kernel"
                (fun i ->
                    let f, _ = recursion 4.0 i in
                    let u, v = catapultStart i in
                    total (f, kernel (n i) u v))
                claim
        ]
    }

/// The sharpness of u^2 v^2 / 2 style training at rate 1/2 after 400 steps times the rate: near 2 at the edge of stability.
let private edge seed =
    let draw = Draw.uniformsBetween 0.8 1.2 seed 2
    let eta, target = 0.9, 1.0
    // (u v^3 - 1)^2/2: gradient flow ends sharper than 2/eta, descent is held near the edge
    let gradient (u, v) =
        let r = u * v * v * v - target
        r * v * v * v, 3.0 * r * u * v * v

    let step (u, v) _ =
        let a, b = gradient (u, v)
        u - 0.1 * eta * a, v - 0.1 * eta * b

    let u, v = Seq.fold step (draw[0], draw[1]) (seq { 1..400 })
    let h = 1e-4
    let slope (u, v) = gradient (u, v)
    let (a1, _), (a2, _) = slope (u + h, v), slope (u - h, v)
    let (_, b1), (_, b2) = slope (u, v + h), slope (u, v - h)
    let (_, c1), (_, c2) = slope (u + h, v), slope (u - h, v)
    let uu, vv, uv = (a1 - a2) / (2.0 * h), (b1 - b2) / (2.0 * h), (c1 - c2) / (2.0 * h)
    let top = (uu + vv) / 2.0 + sqrt ((uu - vv) ** 2.0 / 4.0 + uv * uv)
    Estimate.within 1e-6 (0.1 * eta * top)

/// Every line of the topic.
let all = [
    Theorem.pack descentDivergesBeyondTwoOverTheSharpness
    Theorem.pack functionAndKernelFollowAClosedRecursion
    Observed(
        {
            page
                "classifiers/edge-of-stability"
                "Sharpness rises to the edge of stability"
                @"During training the sharpness $\lambda_{max}$ grows until $\lambda_{max} \approx 2/\eta$."
                (orfAfter "Cohen et al. 2021" "10/5" "Edge of stability")
                "eta times the sharpness after 400 steps of descent on (u v^3 - 1)^2/2 from a random start near (1, 1), rate 0.09." with
                Status = Empirical
                Sharpness = Loose
                Remark =
                    "An observation on neural nets; this toy model reports where its sharpness settles against the edge 2."
        },
        {
            Figure = "eta times the sharpness at the end (2 is the edge)"
            Run = edge
        }
    )
]
