/// Predictions of Bayesian linear nets (lecture of 12/7).
module NtkTheory.Catalog.Architecture.Predictions

open FsCheck
open FsCheck.FSharp
open NtkTheory.Numerics
open NtkTheory.Sampling
open NtkTheory.Claims
open NtkTheory.Catalog.Architecture.Notes

let private hanin = orfAfter "Hanin and Zlokapa 2023"

/// Free directions m, norms of x_perp and theta_perp in tenths.
type Prediction = {
    M: int
    TenthsX: int
    TenthsTheta: int
}

let private batch = 16

/// Var f = |x_perp|^2 |theta_perp|^2 / (n_0 - P).
let predictionsVaryByTheFreeNormPerDirection =
    let instances =
        gen {
            let! m = Gen.choose (2, 12)
            let! x = Gen.choose (1, 30)
            let! theta = Gen.choose (1, 30)

            return {
                M = m
                TenthsX = x
                TenthsTheta = theta
            }
        }

    let scale i =
        (float (i.TenthsX * i.TenthsTheta) / 100.0) ** 2.0

    let spread i =
        let m = float i.M

        {
            // E u_1^4 = 3/(m (m + 2)), E u_1^2 = 1/m
            Variance = scale i ** 2.0 * (3.0 / (m * (m + 2.0)) - 1.0 / (m * m)) / float batch
            Tail = Tail.Bounded(scale i)
            Resolution = 0.2
        }

    let measured i seed =
        let one b =
            let z = Draw.normals (Seed.at b seed) i.M
            z[0] * z[0] / Array.sumBy (fun t -> t * t) z

        Estimate.exact (scale i * Seq.averageBy one (seq { 0 .. batch - 1 }))

    let formula directions i =
        Estimate.rounded 4 (scale i) (scale i / directions (float i.M))

    let claim =
        Claim.expectation
            spread
            (Arb.fromGenShrink (
                instances,
                (fun i -> Shapes.smaller 2 i.M |> Seq.map (fun m -> { i with M = m }))
            ))
            measured
            (formula id)

    {
        Entry = {
            page
                "bayesian-linear/prediction-variance"
                "Predictions vary by the free norm per free direction"
                @"Given the norms, Var $f(x) = |x_\perp|^2 |\theta_\perp|^2/(n_0 - P)$ exactly; $E f^4/(E f^2)^2 = 3m/(m+2), m = n_0 - P$ (around the mean), so $f$ is Gaussian only as $m \to \infty$."
                (hanin "12/7" "Interpolation")
                "Left: the mean squared projection of a uniform direction times the norms, with exact variance. Right: the formula." with
                Remark = "Not applicable for P = n_0."
        }
        Claim = claim
        Controls = [
            Control.bound "m + 1 directions, twice" (formula (fun m -> 2.0 * (m + 1.0))) {
                claim with
                    Kind = Expectation(fun i -> { spread i with Resolution = 2.0 })
            }
            Control.bound "one direction" (formula (fun _ -> 1.0)) claim
        ]
    }

/// Every line of the topic.
let all = [ Theorem.pack predictionsVaryByTheFreeNormPerDirection ]
