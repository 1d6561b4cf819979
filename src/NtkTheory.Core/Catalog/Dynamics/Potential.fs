/// The potential Q_alpha and its two limits: lecture 11/9 of the notes.
module NtkTheory.Catalog.Dynamics.Potential

open System
open FsCheck
open FsCheck.FSharp
open MathNet.Numerics.Integration
open NtkTheory.Catalog.Dynamics.Sources
open NtkTheory.Claims
open NtkTheory.Models
open NtkTheory.Numerics

/// One real number.
type Argument = { Z: float }

let private arguments low high =
    let shrink item =
        simplerPositive item.Z
        |> Seq.filter (fun z -> z >= low)
        |> Seq.map (fun z -> { Z = z })

    Arb.fromGenShrink (betweenLog low high |> Gen.map (fun z -> { Z = z }), shrink)

let qIsTheIntegralOfTheInverseHyperbolicSine: Theorem<Argument> =
    // with s = 2 sinh u the integrand 2 u cosh u is entire: 64 nodes leave no truncation on [0, 10]
    let integral item =
        let rule = GaussLegendreRule(0.0, Math.Asinh(item.Z / 2.0), 64)

        Array.map2 (fun u w -> w * 2.0 * u * cosh u) rule.Abscissas rule.Weights
        |> Array.sum

    let measured item =
        let value = integral item in Estimate.rounded 256 value value

    let bound item =
        let value = DiagonalNetwork.q item.Z in Estimate.rounded 32 value value

    let claim = Claim.identity (arguments 1e-3 1e4) measured bound

    let exactly breaks f =
        Control.bound breaks (fun item -> nearly 1e-12 (f item.Z) (f item.Z)) claim

    {
        Entry = {
            Id = "implicit-bias/q-function"
            Title = "q(z) = 2 - sqrt(4 + z^2) + z asinh(z/2) is the integral of asinh(s/2)"
            Statement =
                @"q(z)=\int_0^z \operatorname{asinh}(s/2)\,ds = 2-\sqrt{4+z^2}+z\operatorname{asinh}(z/2),\qquad q''(z)=\frac1{\sqrt{4+z^2}}>0"
            Source = notes "11/9" "Lemma 3"
            Status = Proved
            Sharpness = Exact
            Method =
                "left: Gauss-Legendre with 64 nodes after s = 2 sinh u, exact to rounding; right: the closed form arranged without cancellation. Hence grad Q_alpha = asinh(beta/c) inverts beta = c sinh(nu)."
            Remark = "q is strictly but not strongly convex: q'' tends to zero."
        }
        Claim = claim
        Controls = [
            exactly "sqrt(1 + z^2) in place of sqrt(4 + z^2)" (fun z ->
                1.0 - sqrt (1.0 + z * z) + z * Math.Asinh z)
            exactly "z^2/4, the start of the series, for all z" (fun z -> z * z / 4.0)
            Control.scaled 1.01 claim
        ]
    }

/// A vector, a start, and a scale.
type PotentialInstance = {
    Beta: float list
    Theta: float list
    Alpha: float
}

let private vectors alphas =
    let generator =
        gen {
            let! d = Gen.choose (1, 4)
            let! magnitudes = Gen.listOfLength d (betweenLog 0.01 5.0)
            let! signs = Gen.listOfLength d (Gen.elements [ -1.0; 1.0 ])
            let! theta = Gen.listOfLength d (between 0.5 2.0)
            let! alpha = alphas

            return {
                Beta = List.map2 (*) magnitudes signs
                Theta = theta
                Alpha = alpha
            }
        }

    let shorter (item: PotentialInstance) =
        seq {
            if item.Beta.Length > 1 then
                yield {
                    item with
                        Beta = item.Beta.Tail
                        Theta = item.Theta.Tail
                }

            for b in simpler item.Beta.Head do
                if b <> 0.0 then
                    yield { item with Beta = b :: item.Beta.Tail }

            if item.Theta |> List.exists (fun t -> t <> 1.0) then
                yield {
                    item with
                        Theta = item.Theta |> List.map (fun _ -> 1.0)
                }

            for alpha in simplerPositive item.Alpha do
                yield { item with Alpha = alpha }
        }

    Arb.fromGenShrink (generator, shorter)

let private potential item =
    let scales =
        item.Theta
        |> List.map (fun t -> 2.0 * item.Alpha * item.Alpha * t * t)
        |> Array.ofList

    DiagonalNetwork.potential scales (Array.ofList item.Beta)

let private l1 item = List.sumBy abs item.Beta

let potentialTendsToTheL1NormAsPrinted: Theorem<PotentialInstance> =
    let claimed order =
        let ladder = {
            // scales are log(1/alpha)
            Scales = [ 10.0; 20.0; 40.0; 80.0; 160.0 ]
            At = fun (item: PotentialInstance) scale -> { item with Alpha = exp -scale }
            Replicates = 1
        }

        let measured item _ =
            let value = abs (potential item - l1 item) in Estimate.rounded 64 (potential item) value

        Claim.rate ladder AtMost (vectors (Gen.constant 0.1)) measured (fun _ -> Estimate.exact order)

    {
        Entry = {
            Id = "implicit-bias/l1-limit"
            Title = "Q_alpha(beta) tends to the l1 norm as alpha tends to 0"
            Statement = @"\lim_{\alpha\to0} Q_\alpha(\beta)=|\beta|_1"
            Source = notes "11/9" "the rich limit"
            Status = FalseAsStated "implicit-bias/l1-limit/repaired"
            Sharpness = Exact
            Method =
                "order of |Q_alpha(beta) - |beta|_1| in log(1/alpha) over 10 to 160 (alpha down to 10^-70); convergence would give an order of at most 0."
            Remark =
                "Q_alpha diverges for every beta but 0, like 2 log(1/alpha)|beta|_1: for beta = (1,-2,1/2), theta0 = (1,2,1) it is 27.0, 59.2, 123.7, 252.7 at alpha = 1e-2, 1e-4, 1e-8, 1e-16. Only Q_alpha/(2 log(1/alpha)) tends to the l1 norm."
        }
        Claim = claimed 0.0
        Controls = [
            Control.create "the distance halves with each doubling of log(1/alpha)" (claimed -1.0)
            Control.create "the distance grows no faster than sqrt(log(1/alpha))" (claimed 0.5)
        ]
    }

let potentialIsTheL1NormTimesTwiceTheLogarithm: Theorem<PotentialInstance> =
    let weights item =
        item.Theta |> List.sumBy (fun t -> t * t)

    let expansion factor item =
        let entropy =
            List.map2 (fun b t -> abs b * (log (abs b / (t * t)) - 1.0)) item.Beta item.Theta
            |> List.sum

        factor * log (1.0 / item.Alpha) * l1 item
        + entropy
        + item.Alpha * item.Alpha * weights item

    let measured factor item =
        let terms = potential item + abs (expansion factor item) + 3.0 * l1 item
        Estimate.rounded 64 terms (abs (potential item - expansion factor item))

    let bound item =
        let value = item.Alpha * item.Alpha * weights item in Estimate.rounded 8 value value

    let claim = Claim.atMost (vectors (betweenLog 1e-3 2.0)) (measured 2.0) bound

    {
        Entry = {
            Id = "implicit-bias/l1-limit/repaired"
            Title = "Q_alpha(beta)/(2 log(1/alpha)) tends to the l1 norm"
            Statement =
                @"\Big|Q_\alpha(\beta)-2\log\tfrac1\alpha\,|\beta|_1-\sum_i|\beta_i|\Big(\log\frac{|\beta_i|}{\theta_{0,i}^2}-1\Big)-\alpha^2\sum_i\theta_{0,i}^2\Big|\le\alpha^2\sum_i\theta_{0,i}^2"
            Source = notes "11/9" "the rich limit"
            Status = Repairs "implicit-bias/l1-limit"
            Sharpness = Tight
            Method =
                "both sides in closed form; the bound is attained as beta tends to 0, and the other end of the interval as alpha tends to 0. Radius: 64 roundings of the sum of magnitudes."
            Remark =
                "The limit of the quotient does not depend on theta0; the correction of order 1/log(1/alpha) does."
        }
        Claim = claim
        Controls = [
            Control.create "log(1/alpha) in place of 2 log(1/alpha)" {
                claim with
                    Measured = fun item _ -> measured 1.0 item
            }
            Control.scaled 0.5 claim
        ]
    }

let scaledPotentialTendsToAWeightedL2Norm: Theorem<PotentialInstance> =
    let limit item =
        List.map2 (fun b t -> b * b / (t * t)) item.Beta item.Theta
        |> List.sum
        |> fun s -> s / 4.0

    let gap factor item =
        let scaled = item.Alpha * item.Alpha * potential item
        Estimate.rounded 64 (scaled + limit item) (factor * limit item - scaled)

    let bound item =
        let value =
            List.map2 (fun b t -> b ** 4.0 / t ** 6.0) item.Beta item.Theta
            |> List.sum
            |> fun s -> s / (192.0 * item.Alpha ** 4.0)

        Estimate.rounded 32 value value

    let sided factor item =
        // the gap is positive: a negative one counts as beyond any bound
        let gap = gap factor item

        if Estimate.upper gap < 0.0 then
            { gap with Value = infinity }
        else
            gap

    let claim = Claim.atMost (vectors (betweenLog 0.3 10.0)) (sided 1.0) bound

    {
        Entry = {
            Id = "implicit-bias/l2-limit"
            Title = "alpha^2 Q_alpha(beta) tends to a quarter of the weighted l2 norm as alpha grows"
            Statement =
                @"0\le\tfrac14\sum_i\frac{\beta_i^2}{\theta_{0,i}^2}-\alpha^2Q_\alpha(\beta)\le\frac1{192\,\alpha^4}\sum_i\frac{\beta_i^4}{\theta_{0,i}^6}"
            Source = notes "11/9" "the lazy limit"
            Status = Proved
            Sharpness = Tight
            Method =
                "both sides in closed form, a negative left side counting as a violation; 1/192 is the next coefficient of q. Radius: 64 roundings of the cancelling terms."
            Remark = "The constant 1/4 of the notes is right."
        }
        Claim = claim
        Controls = [
            Control.scaled 0.8 claim
            Control.create "constant 1/2 in place of 1/4" {
                claim with
                    Measured = fun item _ -> sided 2.0 item
            }
        ]
    }
